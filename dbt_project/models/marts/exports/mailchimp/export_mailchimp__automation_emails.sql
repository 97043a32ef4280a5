-- Grain: one row per automation and e-mail in it.
with

automation_emails as (
    select * from {{ ref('int_automation_emails__mailchimp') }}
)

select
    automation_emails.automation_id,
    automation_emails.automation_title,
    automation_emails.automation_email_id as email_id,
    automation_emails.email_position as position,
    automation_emails.subject_line,
    automation_emails.automation_status as status,
    automation_emails.created_at as create_time,
    automation_emails.started_at as start_time,
    automation_emails.sent_count as emails_sent,
    automation_emails.delay_action,
    automation_emails.delay_amount,
    automation_emails.delay_unit as delay_type
from automation_emails
where not automation_emails.is_deleted
