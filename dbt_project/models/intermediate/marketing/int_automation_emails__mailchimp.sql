-- Grain: one row per automation and e-mail in it, deleted ones included.
with

automation_emails as (
    select * from {{ ref('stg_mailchimp__automation_emails') }}
),

automations as (
    select * from {{ ref('stg_mailchimp__automations') }}
)

select
    automation_emails.*,
    automations.automation_title
from automation_emails
left join automations
    on automation_emails.automation_id = automations.automation_id
