-- Grain: one row: the token by which Meta lets us in.
with

access_tokens as (
    select * from {{ source('instagram', 'access_tokens') }}
),

renamed as (
    select
        -- ids
        access_tokens.key_variable,

        -- booleans
        access_tokens.is_valid,

        -- dates and times
        {{ unix_to_utc("access_tokens.issued_at") }} as issued_at,
        {{ unix_to_utc("nullif(access_tokens.expires_at, 0)") }} as expires_at,
        {{ unix_to_utc("nullif(access_tokens.data_access_expires_at, 0)") }}
            as data_access_expires_at
    from access_tokens
)

select * from renamed
