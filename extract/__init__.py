"""Extraction: APIs to raw schemas, no business logic.

dlt reads its settings from the environment, some of them when it is first imported; hence here.
"""

import os

os.environ.update(
    {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "CRITICAL",  # dlt's messages quote rows and statements
        "RESTORE_FROM_DESTINATION": "false",  # there is none, and workers must not look
        "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_ID": "true",
        "NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID": "true",
        "LOAD__TRUNCATE_STAGING_DATASET": "true",  # no second copy of people's data stays behind
    }
)
