-- Grain: one row per account of the books, deleted ones included.
with

accounts as (
    select * from {{ source('quickbooks', 'accounts') }}
),

deletions as (
    select
        deletions.entity_id,
        deletions.deleted_at
    from {{ ref('stg_quickbooks__deletions') }} as deletions
    where deletions.entity = 'Account'
),

renamed as (
    select
        -- ids
        accounts.id as account_id,
        {{ json_text("accounts.parent_ref", "$.value") }} as parent_account_id,

        -- strings
        nullif(trim(accounts.name), '') as account_name,
        nullif(trim(accounts.fully_qualified_name), '') as account_full_name,
        accounts.classification as account_classification,
        accounts.account_type,
        accounts.account_sub_type,
        upper({{ json_text("accounts.currency_ref", "$.value") }}) as currency,

        -- numbers
        try_cast(accounts.current_balance as decimal(18, 2)) as amount_balance,

        -- booleans
        accounts.active as is_active,
        -- Deleted after its last change, or gone when all rows were read.
        coalesce(
            (
                deletions.entity_id is not null
                and coalesce(
                    deletions.deleted_at
                    > {{ iso_to_utc(json_text("accounts.meta_data", "$.LastUpdatedTime")) }},
                    true
                )
            )
            or {{ is_deleted('quickbooks', 'accounts', 'accounts') }},
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_to_utc(json_text("accounts.meta_data", "$.CreateTime")) }} as created_at,
        {{ iso_to_utc(json_text("accounts.meta_data", "$.LastUpdatedTime")) }} as updated_at
    from accounts
    left join deletions
        on accounts.id = deletions.entity_id
)

select * from renamed
