WITH counts AS (
    SELECT
        c.customer_id, c.window_start, c.window_end, fn_count, fp_count, industry, baseline_score,
        cast(fn_count AS double precision) / (fn_count + fp_count) AS ratio,
        cast(fn_count + fp_count AS double precision) AS reports
    FROM {{ ref("sentiment_api_syncjob") }} AS c JOIN {{ ref("people") }} AS p ON p.id = c.customer_id
), lagged AS (
    SELECT
        *
        {%- for back in range(1, 10) %},
        lag(ratio, {{ back }}) OVER own AS ratio_{{ back }},
        CASE WHEN lag(window_start, {{ back }}) OVER own > window_start - interval '240 hours'
            THEN lag(reports, {{ back }}) OVER own END AS reports_{{ back }}
        {%- endfor %}
    FROM counts WINDOW own AS (PARTITION BY customer_id ORDER BY window_start)
), weighed AS (
    SELECT
        *,
        1.0 {%- for back in range(1, 10) %}
        + CASE WHEN reports_{{ back }} IS NULL THEN 0.0 ELSE {{ 0.9 ** back }} END
        {%- endfor %} AS weights,
        ratio {%- for back in range(1, 10) %}
        + CASE WHEN reports_{{ back }} IS NULL THEN 0.0 ELSE {{ 0.9 ** back }} * ratio_{{ back }} END
        {%- endfor %} AS weighted,
        1 / reports {%- for back in range(1, 10) %}
        + coalesce({{ 0.81 ** back }} / reports_{{ back }}, 0.0)
        {%- endfor %} AS spread
    FROM lagged
), based AS (
    SELECT
        *, least(1.0, greatest(0.0, cast(weighted / weights AS double precision))) AS share,
        cast(weights * weights / spread AS double precision) AS evidence
    FROM weighed
), bounded AS (
    SELECT
        *, {{ wilson("share", "evidence", "1.6449", "-") }} AS low,
        {{ wilson("share", "evidence", "1.6449", "+") }} AS high
    FROM based
)
SELECT
    {{ key() }} AS job_id, customer_id, window_start, window_end, industry,
    {{ normalised("share") }} AS sentiment_score, share AS raw_score,
    {{ normalised("low") }} AS score_low, {{ normalised("high") }} AS score_high, evidence,
    CASE WHEN evidence >= 5 THEN 'scored' ELSE 'insufficient_evidence' END AS state,
    CASE WHEN baseline_score IS NULL THEN 'weighted_average'
        ELSE 'weighted_average_normalized' END AS calculation_method,
    baseline_score, fn_count, fp_count, profile.id AS profile_id, {{ written() }}
FROM bounded
CROSS JOIN (
    SELECT id FROM {{ source("settings", "config_scoringprofile") }} WHERE is_active
) AS profile
