WITH newest AS (
    SELECT
        *, row_number() OVER (PARTITION BY customer_id ORDER BY window_start DESC) AS place
    FROM {{ ref("sentiment_api_sentimentscore") }}
)
SELECT
    p.id, p.customer_id, company_name, p.industry, contact_person, phone, address, city, p.state,
    country, postal_code, source_created_at, source_updated_at,
    cast(now() AS timestamp) AS created_at, cast(now() AS timestamp) AS updated_at,
    false AS is_placeholder, cast(NULL AS timestamp) AS inactive_since,
    n.job_id AS current_score_id, n.sentiment_score AS current_sentiment,
    n.state AS current_state, n.window_start AS last_window_start,
    coalesce(recent_fn, 0) AS recent_fn, coalesce(recent_fp, 0) AS recent_fp,
    coalesce(before_fn, 0) AS before_fn, coalesce(before_fp, 0) AS before_fp,
    coalesce(dispersion, 1.0) AS dispersion, change, change_low, change_high
FROM {{ ref("people") }} AS p
LEFT JOIN newest AS n ON n.customer_id = p.id AND n.place = 1
LEFT JOIN {{ ref("changes") }} AS c ON c.customer_id = p.id
