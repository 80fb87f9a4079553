"""The fields of rows, by the names of REST."""

TIMES = ("window_start", "window_end", "last_window_start", "created_at", "inactive_since")
CUSTOMER = (
    *("customer_id", "company_name", "industry", "city", "location_state", "country"),
    *("current_sentiment", "state", "last_window_start", "created_at", "inactive_since"),
    *("current_score", "fn_count", "fp_count"),
)
SCORE = (
    *("job_id", "industry", "sentiment_score", "raw_score", "score_low", "score_high", "evidence"),
    *("state", "calculation_method", "baseline_score", "fn_count", "fp_count"),
    *("window_start", "window_end", "created_at", "revision", "superseded_at"),
)
SEGMENT = (
    *("job_id", "industry", "window_start", "window_end", "total_customers"),
    *("avg_sentiment_score", "avg_raw_score", "total_fn_count", "total_fp_count"),
    *("standing_customers", "standing_sentiment_score", "standing_low", "standing_high"),
    *("created_at", "revision", "superseded_at"),
)
