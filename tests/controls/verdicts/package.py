"""Close packages: a controller or an auditor asks, the server makes the files and keeps them."""

from tests.controls.verdicts.words import HARMLESS, STATE_MIXIN, Fields, Methods, Writable, each

METHODS: Methods = {
    "ai.close": {
        "action_package": "CD",
        "action_evidence": "CD",
        "action_sample": "CD",
        "action_open_packages": HARMLESS,
    },
    "ai.close.package": STATE_MIXIN,
    "ai.close.sample.ask": {**STATE_MIXIN, "action_make": "CD"},
}
WRITABLE: Writable = {
    "ai.close.sample.ask": each("CD", "close_id mode size seed numbers upload upload_name"),
}
PROTECTED: Fields = {
    "ai.close": "package_ids package_count",
    "ai.close.package": """
        book_digest close_id company_id date_done file_ids file_rows files is_draft kind message name numbers
        requested_by_id sample_size seed state told_ids version
    """,
}
