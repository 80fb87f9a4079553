{{ aggregates("''") }}
FROM {{ ref("hours") }} AS h
LEFT JOIN standing AS s ON h.window_start = s.window_start
LEFT JOIN within AS w ON w.window_start = h.window_start
