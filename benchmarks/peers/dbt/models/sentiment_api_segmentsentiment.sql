{{ aggregates("industry") }}
FROM standing AS s JOIN {{ ref("hours") }} AS h ON h.window_start = s.window_start
LEFT JOIN within AS w ON w.window_start = s.window_start AND w.industry = s.industry
