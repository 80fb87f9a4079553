SELECT
    1 AS id, timestamp '{{ var("end") }}' - interval '240 hours' AS before_start,
    timestamp '{{ var("end") }}' - interval '24 hours' AS recent_start,
    timestamp '{{ var("end") }}' AS recent_end, cast(1.0 AS double precision) AS slope
