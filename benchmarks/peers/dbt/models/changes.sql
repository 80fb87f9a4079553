-- How the reports of each customer's newest 24 windows differ from those before.
WITH counts AS (
    SELECT
        customer_id, window_start >= timestamp '{{ var("end") }}' - interval '24 hours' AS recent,
        cast(fn_count AS double precision) AS fn, cast(fp_count AS double precision) AS fp
    FROM {{ ref("sentiment_api_syncjob") }}
    WHERE window_start >= timestamp '{{ var("end") }}' - interval '240 hours'
), sums AS (
    SELECT
        customer_id, cast(count(*) AS double precision) AS windows, sum(fn) AS fn, sum(fp) AS fp,
        sum(fn * fn) AS fn_fn, sum(fn * fp) AS fn_fp, sum(fp * fp) AS fp_fp,
        coalesce(sum(fn) FILTER (WHERE recent), 0.0) AS recent_fn,
        coalesce(sum(fp) FILTER (WHERE recent), 0.0) AS recent_fp,
        coalesce(sum(fn) FILTER (WHERE NOT recent), 0.0) AS before_fn,
        coalesce(sum(fp) FILTER (WHERE NOT recent), 0.0) AS before_fp
    FROM counts GROUP BY customer_id
), spread AS (
    SELECT
        *, CASE WHEN windows > 1 AND fn * fp > 0 THEN greatest(1.0,
            (power(fp / (fn + fp), 2) * fn_fn - 2 * fn * fp / power(fn + fp, 2) * fn_fp
                + power(fn / (fn + fp), 2) * fp_fp)
            * windows / (windows - 1) / (fn * fp / (fn + fp))) ELSE 1.0 END AS dispersion
    FROM sums
), shares AS (
    SELECT
        *, CASE WHEN before_fn + before_fp > 0 AND recent_fn + recent_fp > 0
            THEN recent_fn / (recent_fn + recent_fp) END AS new,
        CASE WHEN recent_fn + recent_fp > 0 AND before_fn + before_fp > 0
            THEN before_fn / (before_fn + before_fp) END AS old,
        cast(round(cast(
            nullif(recent_fn + recent_fp, 0.0) / dispersion AS numeric), 9) AS double precision) AS new_n,
        cast(round(cast(
            nullif(before_fn + before_fp, 0.0) / dispersion AS numeric), 9) AS double precision) AS old_n
    FROM spread
), bounded AS (
    SELECT
        *, {{ bound("new", "new_n", "-") }} AS new_low, {{ bound("new", "new_n", "+") }} AS new_high,
        {{ bound("old", "old_n", "-") }} AS old_low, {{ bound("old", "old_n", "+") }} AS old_high
    FROM shares
)
SELECT
    customer_id, cast(recent_fn AS bigint) AS recent_fn, cast(recent_fp AS bigint) AS recent_fp,
    cast(before_fn AS bigint) AS before_fn, cast(before_fp AS bigint) AS before_fp, dispersion,
    new - old AS change,
    CASE WHEN new IS NOT NULL THEN greatest(-1.0,
        new - old - sqrt(power(new - new_low, 2) + power(old_high - old, 2))) END AS change_low,
    CASE WHEN new IS NOT NULL THEN least(1.0,
        new - old + sqrt(power(new_high - new, 2) + power(old - old_low, 2))) END AS change_high
FROM bounded
