-- Grain: one row per address that bounced, those taken off the list included.
with

bounces as (
    select * from {{ source('sendgrid', 'bounces') }}
),

renamed as (
    select
        -- ids
        'sendgrid:recipient:' || md5(lower(trim(bounces.email))) as record_key,

        -- strings
        bounces.email,
        nullif(trim(bounces.reason), '') as reason,
        nullif(trim(bounces.status), '') as refusal_code,

        -- booleans
        {{ is_deleted('sendgrid', 'bounces', 'bounces', ['email']) }} as is_deleted,

        -- dates and times
        {{ unix_to_utc("bounces.created") }} as suppressed_at
    from bounces
)

select * from renamed
