"""One small story for all examples: a bank whose good mails were blocked."""

from typing import Any

CHANGE: dict[str, Any] = {
    "difference": -0.35,
    "low": -0.602,
    "high": -0.018,
    "significant": True,
    "recent": {
        "start": "2026-04-30T13:00:00Z",
        "end": "2026-05-01T13:00:00Z",
        "fn_count": 2,
        "fp_count": 6,
    },
    "before": {
        "start": "2026-04-21T13:00:00Z",
        "end": "2026-04-30T13:00:00Z",
        "fn_count": 60,
        "fp_count": 40,
    },
}
CUSTOMER: dict[str, Any] = {
    "customer_id": 1,
    "company_name": "Acme Bank",
    "industry": "Banking",
    "city": "Lyon",
    "location_state": "Rhône",
    "country": "France",
    "current_sentiment": 0.3125,
    "state": "scored",
    "last_window_start": "2026-05-01T12:00:00Z",
    "current_score": "019de341-4e20-7000-8000-0123456789ab",
    "fn_count": 2,
    "fp_count": 6,
    "change": CHANGE,
    "created_at": "2026-01-05T08:00:00Z",
    "inactive_since": None,
}

_WINDOW: dict[str, Any] = {
    "window_start": "2026-05-01T12:00:00Z",
    "window_end": "2026-05-01T13:00:00Z",
}
_REVISION: dict[str, Any] = {
    "created_at": "2026-05-01T13:00:04Z",
    "revision": 1,
    "superseded_at": None,
}

SCORE: dict[str, Any] = {
    "job_id": "019de341-4e20-7000-8000-0123456789ab",
    "customer_id": 1,
    "company_name": "Acme Bank",
    "industry": "Banking",
    "sentiment_score": 0.3125,
    "raw_score": 0.25,
    "score_low": 0.1,
    "score_high": 0.66,
    "evidence": 8.0,
    "state": "scored",
    "calculation_method": "simple_ratio_normalized",
    "baseline_score": 0.4,
    "fn_count": 2,
    "fp_count": 6,
    **_WINDOW,
    **_REVISION,
}

EXPLANATION: dict[str, Any] = {
    "profile": {
        "version": 2,
        "base_method": "simple_ratio",
        "decay_factor": 0.9,
        "history_windows": 10,
        "max_age_hours": 240,
        "fn_weight": 0.0,
        "fp_weight": 1.0,
        "industry_shrinkage": False,
        "trend_adjusted": False,
        "trend_weight": 0.2,
        "industry_normalized": True,
        "normalisation_method": "linear",
        "min_evidence": 5.0,
    },
    "windows": [
        {
            "window_start": "2026-05-01T12:00:00Z",
            "age_hours": 0,
            "fn_count": 2,
            "fp_count": 6,
            "ratio": 0.25,
            "weight": 1.0,
        }
    ],
    "base": 0.25,
    "trend": None,
    "raw_score": 0.25,
    "normalisation": {"baseline": 0.4},
    "sentiment_score": 0.3125,
    "score_low": 0.1,
    "score_high": 0.66,
    "evidence": 8.0,
    "revision": 1,
    "run": "019de341-3a98-7000-8000-0123456789ab",
    "is_reproduced": True,
    "superseded_at": None,
    "superseded_by": None,
    "current": "019de341-4e20-7000-8000-0123456789ab",
    "summary": "Acme Bank has 0.31 in the window from 2026-05-01 12:00Z (90 % interval 0.10 to "
    "0.66): 2 FN and 6 FP reports; the base is 0.25; 0.25 is compared with 0.40, which is normal "
    "in Banking.",
}

_AGGREGATE: dict[str, Any] = {
    **_WINDOW,
    "total_customers": 1,
    "avg_sentiment_score": 0.3125,
    "avg_raw_score": 0.25,
    "total_fn_count": 2,
    "total_fp_count": 6,
    "standing_customers": 12,
    "standing_sentiment_score": 0.52,
    "standing_low": 0.47,
    "standing_high": 0.57,
    **_REVISION,
}
SEGMENT = {"job_id": "019de341-55f0-7000-8000-0123456789ab", "industry": "Banking", **_AGGREGATE}
OVERALL = {"job_id": "019de341-59d8-7000-8000-0123456789ab", **_AGGREGATE}

INDUSTRY: dict[str, Any] = {
    "industry": "Banking",
    "customers": 14,
    "window_start": "2026-05-01T12:00:00Z",
    "standing_sentiment_score": 0.52,
    "standing_low": 0.47,
    "standing_high": 0.57,
    "standing_customers": 12,
    "fn_last_24_hours": 2,
    "fp_last_24_hours": 6,
    "fn_previous_24_hours": 9,
    "fp_previous_24_hours": 5,
    "baseline_score": 0.4,
    "change": CHANGE,
}

_REASON: dict[str, Any] = {"customers": None, "windows": [], "rules": []}
_REVISED: dict[str, Any] = {
    "created_at": "2026-05-01T14:00:04Z",
    "revision": 2,
}
_RUN = {"id": "019de377-d000-7000-8000-0123456789ab", "trigger": "schedule"}
SCORE_REVISION: dict[str, Any] = {
    "run": _RUN,
    "changes": [
        {"field": "sentiment_score", "before": 0.35, "after": 0.3125},
        {"field": "fp_count", "before": 5, "after": 6},
    ],
    "reasons": [
        {
            **_REASON,
            "code": "late_reports",
            "detail": "This window was counted again: 1 FP more.",
        }
    ],
    "withdrawn": None,
    "result": {**SCORE, **_REVISED},
    "profile_version": 2,
}
_AGGREGATE_REVISION: dict[str, Any] = {
    "run": _RUN,
    "changes": [{"field": "standing_sentiment_score", "before": 0.53, "after": 0.52}],
    "reasons": [
        {
            **_REASON,
            "code": "late_reports",
            "detail": "Windows of 2 customers were counted again: 3 FP more.",
            "customers": 2,
        }
    ],
    "withdrawn": None,
}
SEGMENT_REVISION = {**_AGGREGATE_REVISION, "result": {**SEGMENT, **_REVISED}}
OVERALL_REVISION = {**_AGGREGATE_REVISION, "result": {**OVERALL, **_REVISED}}

_ROW: dict[str, Any] = {
    "created_at": "2026-01-05T08:00:00Z",
    "updated_at": "2026-01-05T08:00:00Z",
}
DATABASE: dict[str, Any] = {
    "id": 1,
    "name": "source",
    "host": "localhost",
    "port": 9876,
    "database_name": "email_security",
    "username": "reader",
    "has_password": True,
    "sslmode": "prefer",
    "source_timezone": "UTC",
    "connect_timeout": 10,
    "statement_timeout": 300,
    "is_active": True,
    **_ROW,
}
NEW_DATABASE = {
    "name": "second source",
    "host": "db.example.com",
    "username": "reader",
    "password": "of the reader",
}
BASELINE: dict[str, Any] = {
    "id": 1,
    "industry": "Banking",
    "baseline_score": 0.4,
    "description": "The mean of 2025.",
    **_ROW,
}
NEW_BASELINE = {"industry": "Banking", "baseline_score": 0.4, "description": "The mean of 2025."}
NEW_PROFILE = {"note": "Look back further.", "history_windows": 20, "decay_factor": 0.95}
PROFILE: dict[str, Any] = {
    "id": 2,
    "version": 2,
    "note": "Look back further.",
    "base_method": "weighted_average",
    "decay_factor": 0.95,
    "history_windows": 20,
    "max_age_hours": 240,
    "fn_weight": 0.0,
    "fp_weight": 1.0,
    "industry_shrinkage": True,
    "industry_moments": {"banking": {"mean": 0.55, "strength": 21.4, "customers": 23}},
    "trend_adjusted": False,
    "trend_weight": 0.2,
    "industry_normalized": True,
    "normalisation_method": "linear",
    "min_evidence": 5.0,
    "attention_below": 0.4,
    "healthy_above": 0.7,
    "is_active": False,
    "created_at": "2026-01-05T08:00:00Z",
    "activated_at": None,
}
WHAT_IF_QUESTION = {
    "profile": {"history_windows": 20, "decay_factor": 0.95},
    "baselines": [
        {"industry": "Banking", "baseline_score": 0.5},
        {"industry": "Retail", "baseline_score": None},
    ],
    "days": 7,
}
_COMPARISON: dict[str, Any] = {
    "customers": 12,
    "changed": 12,
    "old_mean_of_newest": 0.52,
    "new_mean_of_newest": 0.47,
    "old_mean": 0.51,
    "new_mean": 0.46,
    "crossings": {
        "into_attention": 2,
        "out_of_attention": 0,
        "into_healthy": 0,
        "out_of_healthy": 1,
        "into_insufficient_evidence": 0,
        "out_of_insufficient_evidence": 0,
        "into_stale": 0,
        "out_of_stale": 0,
    },
}
WHAT_IF: dict[str, Any] = {
    "summary": "12 of the 12 customers with a score in the last 7 days would have another one; the "
    "mean of the newest scores would go from 0.520 to 0.470. 2 would newly be below 0.4, none no "
    "longer. None would newly be above 0.7, 1 no longer. No customer with a score in these days "
    "is in Retail.",
    "range_start": "2026-04-24T13:00:00Z",
    "range_end": "2026-05-01T13:00:00Z",
    "active_version": 1,
    "profile": {
        name: value
        for name, value in PROFILE.items()
        if name not in ("id", "note", "is_active", "created_at", "activated_at")
    }
    | {"version": None},
    "overall": _COMPARISON,
    "industries": [
        {**_COMPARISON, "industry": "Banking", "old_baseline": 0.4, "new_baseline": 0.5}
    ],
    "customers": [
        {
            "customer_id": 1,
            "company_name": "Acme Bank",
            "industry": "Banking",
            "window_start": "2026-05-01T12:00:00Z",
            "old_score": 0.3125,
            "new_score": 0.25,
            "difference": -0.0625,
            "old_state": "scored",
            "new_state": "scored",
            "old_baseline": 0.4,
            "new_baseline": 0.5,
        }
    ],
    "outdated": 0,
}
TEST_RESULT = {
    "ok": False,
    "message": "source localhost:9876/email_security: Connection refused; check host and port of "
    "the active database connection, and that the server runs",
}

HEALTH: dict[str, Any] = {
    "status": "degraded",
    "timestamp": "2026-05-01T13:20:00Z",
    "services": {
        "database": {"status": "healthy", "message": "The local database answers."},
        "redis": {"status": "healthy", "message": "Redis answers."},
        "source_database": {"status": "degraded", "message": "The source cannot be read."},
        "web": {"status": "healthy", "message": "This process answers."},
        "worker": {"status": "healthy", "message": "Workers: 1."},
        "scheduler": {"status": "healthy", "message": "Schedulers: 1."},
        "data_freshness": {
            "status": "healthy",
            "message": "The newest window that was read ended at 2026-05-01 13:00Z.",
        },
    },
}
STATUS: dict[str, Any] = {
    "state": "healthy",
    "timestamp": "2026-05-01T13:20:00Z",
    "freshness": {
        "newest_covered_window": "2026-05-01T13:00:00Z",
        "newest_complete_window": "2026-05-01T13:00:00Z",
        "age_seconds": 1200,
        "objective_seconds": 5400,
        "met": True,
    },
    "roles": {"web": "healthy", "worker": "healthy", "scheduler": "healthy"},
    "source_database": "healthy",
    "owed": {"scores": 0, "windows": 0},
    "recent": {"succeeded": 24},
    "runs": [
        {
            "run_id": "019de341-3a98-7000-8000-0123456789ab",
            "trigger": "schedule",
            "state": "succeeded",
            "range_start": "2026-04-30T13:00:00Z",
            "range_end": "2026-05-01T13:00:00Z",
            "windows_planned": 24,
            "windows_done": 24,
            "created_at": "2026-05-01T13:00:00Z",
            "started_at": "2026-05-01T13:00:01Z",
            "finished_at": "2026-05-01T13:00:05Z",
        }
    ],
    "gaps": [],
}
