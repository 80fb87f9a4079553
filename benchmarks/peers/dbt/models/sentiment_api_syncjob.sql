SELECT
    {{ key() }} AS job_id, p.id AS customer_id, c.window_start,
    c.window_start + interval '1 hour' AS window_end, fn_count, fp_count,
    {{ written() }}, cast(now() AS timestamp) AS read_at
FROM {{ ref("counted") }} AS c JOIN {{ ref("people") }} AS p ON p.customer_id = c.customer_id
WHERE fn_count + fp_count > 0
