{% macro key() %}replace(cast(gen_random_uuid() AS text), '-', ''){% endmacro %}

{% macro written() -%}
1 AS revision, cast(now() AS timestamp) AS created_at, cast(NULL AS timestamp) AS superseded_at,
cast(NULL AS text) AS run_id
{%- endmacro %}

{% macro wilson(share, n, z, sign) -%}
least(1.0, greatest(0.0, (
    {{ share }} + {{ z }} * {{ z }} / (2 * {{ n }}) {{ sign }} {{ z }} * sqrt(
        {{ share }} * (1 - {{ share }}) / {{ n }} + {{ z }} * {{ z }} / (4 * {{ n }} * {{ n }})
    )) / (1 + {{ z }} * {{ z }} / {{ n }})))
{%- endmacro %}

{% macro bound(share, n, sign) -%}
CASE
    WHEN least(new_n, old_n) >= 5 THEN {{ wilson(share, n, "1.96", sign) }}
    WHEN {{ n }} < 1 OR {{ share }} = {{ "0" if sign == "-" else "1" }} THEN {{ "0.0" if sign == "-" else "1.0" }}
    ELSE least(1.0, greatest(0.0, (
        2 * {{ n }} * {{ share }} + 1.96 * 1.96 {{ sign }} 1 {{ sign }} 1.96 * sqrt(
            1.96 * 1.96 - ({{ sign }}1) * -2 - 1 / {{ n }}
            + 4 * {{ share }} * ({{ n }} * (1 - {{ share }}) - ({{ sign }}1))
        )) / (2 * ({{ n }} + 1.96 * 1.96))))
END
{%- endmacro %}

{% macro normalised(value) -%}
CASE WHEN baseline_score IS NULL THEN {{ value }}
    ELSE least(1.0, greatest(0.0, 0.5 + ({{ value }} / baseline_score - 1) * 0.5)) END
{%- endmacro %}

{% macro aggregates(industry) -%}
WITH within AS (
    SELECT
        {{ industry }} AS industry, window_start, count(*) AS total_customers,
        avg(sentiment_score) AS avg_sentiment_score, avg(raw_score) AS avg_raw_score,
        cast(sum(fn_count) AS bigint) AS total_fn_count,
        cast(sum(fp_count) AS bigint) AS total_fp_count
    FROM {{ ref("sentiment_api_sentimentscore") }} GROUP BY 1, 2
), standing AS (
    SELECT
        {{ industry }} AS industry, window_start, count(*) AS standing_customers,
        avg(sentiment_score) AS mean,
        sqrt(sum(power((score_high - score_low) / 2, 2))) / count(*) AS half
    FROM {{ ref("standing") }} GROUP BY 1, 2
)
SELECT
    {{ key() }} AS job_id, h.window_start, h.window_start + interval '1 hour' AS window_end,
    s.industry, coalesce(total_customers, 0) AS total_customers, avg_sentiment_score,
    avg_raw_score, coalesce(total_fn_count, 0) AS total_fn_count,
    coalesce(total_fp_count, 0) AS total_fp_count,
    coalesce(standing_customers, 0) AS standing_customers, mean AS standing_sentiment_score,
    greatest(0.0, mean - half) AS standing_low, least(1.0, mean + half) AS standing_high,
    {{ written() }}
{%- endmacro %}
