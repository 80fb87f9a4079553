{% if target.type == "postgres" %}
SELECT generate_series(
    timestamp '{{ var("first") }}', timestamp '{{ var("end") }}' - interval '1 hour', interval '1 hour'
) AS window_start
{% else %}
SELECT unnest(generate_series(
    timestamp '{{ var("first") }}', timestamp '{{ var("end") }}' - interval '1 hour', interval '1 hour'
)) AS window_start
{% endif %}
