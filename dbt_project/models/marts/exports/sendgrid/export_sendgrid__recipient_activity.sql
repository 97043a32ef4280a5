-- Grain: one row per e-mail and address that SendGrid posted anything about.
with

emails as (
    select * from {{ ref('int_emails__sendgrid') }}
)

select
    emails.message_id as sg_message_id,
    emails.email,
    emails.sent_at as sent_datetime,
    emails.was_delivered as delivered,
    emails.was_opened as opened,
    emails.was_clicked as clicked,
    emails.was_bounced as bounced,
    emails.was_dropped as dropped,
    emails.was_deferred as deferred,
    emails.was_unsubscribed as unsubscribed,
    emails.was_reported as spam_report
from emails
