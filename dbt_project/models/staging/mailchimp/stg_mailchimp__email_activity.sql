-- Grain: one row per open, click or bounce of one person on one Mailchimp campaign.
with

email_activity as (
    select * from {{ source('mailchimp', 'email_activity') }}
),

acts as (
    select
        email_activity.campaign_id,
        email_activity.email_id,
        email_activity.list_id,
        email_activity.email_address,
        unnest({{ json_list("email_activity.activity") }}) as act,
        generate_subscripts({{ json_list("email_activity.activity") }}, 1) as activity_number
    from email_activity
),

renamed as (
    select
        -- ids
        acts.campaign_id,
        acts.email_id,
        acts.list_id,

        -- strings
        nullif(acts.email_address, '') as email,
        {{ json_text("acts.act", "$.action") }} as activity_type,
        {{ json_text("acts.act", "$.type") }} as bounce_type,
        {{ json_text("acts.act", "$.url") }} as url,

        -- numbers
        acts.activity_number,

        -- dates and times
        {{ iso_to_utc(json_text("acts.act", "$.timestamp")) }} as occurred_at
    from acts
)

select * from renamed
