SELECT
    h.window_start, h.window_start + interval '1 hour' AS window_end,
    cast(now() AS timestamp) AS read_at, cast(now() AS timestamp) AS covered_at,
    cast(coalesce(sum(fn_count + fp_count), 0) AS bigint) AS reports,
    cast(coalesce(sum(reports - fn_count - fp_count), 0) AS bigint) AS rejected,
    false AS segments_owed, false AS totals_owed
FROM {{ ref("hours") }} AS h LEFT JOIN {{ ref("counted") }} AS c ON c.window_start = h.window_start
GROUP BY h.window_start
