-- Each score once for every window in which it is its customer's newest.
WITH followed AS (
    SELECT
        *, least(
            window_start + interval '240 hours',
            lead(window_start) OVER (PARTITION BY customer_id ORDER BY window_start)
        ) AS until
    FROM {{ ref("sentiment_api_sentimentscore") }}
)
SELECT s.industry, h.window_start, sentiment_score, score_low, score_high
FROM followed AS s
JOIN {{ ref("hours") }} AS h ON h.window_start >= s.window_start AND h.window_start < s.until
