SELECT
    customer_id, date_trunc('hour', reported_at) AS window_start, count(*) AS reports,
    count(*) FILTER (WHERE upper(sample_type) = 'FN') AS fn_count,
    count(*) FILTER (WHERE upper(sample_type) = 'FP') AS fp_count
FROM {{ source("vendor", "email_samples") }}
WHERE reported_at >= timestamp '{{ var("first") }}' AND reported_at < timestamp '{{ var("end") }}'
GROUP BY 1, 2
