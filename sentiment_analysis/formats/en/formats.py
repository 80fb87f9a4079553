"""Times as everywhere else in the product: ISO 8601, UTC."""

DATETIME_FORMAT = SHORT_DATETIME_FORMAT = r"Y-m-d H:i\Z"
DATE_FORMAT = SHORT_DATE_FORMAT = "Y-m-d"
