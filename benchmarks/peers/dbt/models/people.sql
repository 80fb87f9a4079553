-- Customers with their industries as they are shown: as first seen, baselines first.
WITH spelt AS (
    SELECT *, coalesce(nullif(trim(industry), ''), 'Unknown') AS own
    FROM {{ source("vendor", "customers") }}
)
SELECT
    row_number() OVER (ORDER BY customer_id) AS id, customer_id, company_name,
    coalesce(
        b.industry, first_value(own) OVER (PARTITION BY lower(own) ORDER BY customer_id)
    ) AS industry,
    b.baseline_score, contact_person, phone, address, city, coalesce(state, '') AS state, country,
    postal_code, s.created_at AS source_created_at, s.updated_at AS source_updated_at
FROM spelt AS s
LEFT JOIN {{ source("settings", "config_industrybaseline") }} AS b ON lower(b.industry) = lower(own)
