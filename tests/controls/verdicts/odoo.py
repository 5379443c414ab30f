"""What Odoo itself gives to every model; the verdict is the same for all of ours."""

from tests.controls.verdicts.words import BY_FIELD, HARMLESS, TALK, each

_READS = """
    check_access_rights check_access_rule check_field_access_rights copy_data default_get export_data
    fields_get formatted_read_group formatted_read_grouping_sets get_base_url get_empty_list_help
    get_external_id get_field_translations get_formview_action get_formview_id get_import_templates
    get_metadata get_property_definition get_view get_views has_access is_transient
    mail_allowed_qweb_expressions mail_get_partner_fields name_search onchange read read_group
    read_progress_bar search search_count search_panel_select_multi_range search_panel_select_range
    search_read view_header_get web_name_search web_read web_read_group web_search_read
    message_get_followers message_parse activity_search
"""
_WRITES = """
    action_archive action_unarchive toggle_active copy copy_translations load name_create create write
    unlink update_field_translations web_override_translations web_resequence web_save web_save_multi
    message_new message_update message_process message_route message_change_thread
"""
_TALKS = """
    message_mail_with_source message_notify message_post message_post_with_source message_subscribe
    message_unsubscribe notify_cancel_by_type action_reschedule_my_next_nextweek
    action_reschedule_my_next_today action_reschedule_my_next_tomorrow activity_feedback activity_reschedule
    activity_schedule activity_send_mail activity_unlink
"""
INHERITED = {**each(HARMLESS, _READS), **each(BY_FIELD, _WRITES), **each(TALK, _TALKS)}
# Odoo's own fields of a record: the ORM ignores what is sent for them.
MAGIC = frozenset({"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"})
# Fields that the mail module brings: they hold talk, not the document.
TALK_MODULES = frozenset(
    {"mail", "sms", "snailmail", "phone_validation", "rating", "web", "base_import", "portal"}
)
