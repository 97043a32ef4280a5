-- Grain: one row per deposit in the books, deleted ones included.
with

deposits as (
    select * from {{ source('quickbooks', 'deposits') }}
),

deletions as (
    select
        deletions.entity_id,
        deletions.deleted_at
    from {{ ref('stg_quickbooks__deletions') }} as deletions
    where deletions.entity = 'Deposit'
),

renamed as (
    select
        -- ids
        deposits.id as deposit_id,
        {{ json_text("deposits.deposit_to_account_ref", "$.value") }} as paid_into_account_id,

        -- strings
        {{ json_text("deposits.deposit_to_account_ref", "$.name") }} as paid_into_account_name,
        nullif(trim(deposits.private_note), '') as note,
        upper({{ json_text("deposits.currency_ref", "$.value") }}) as currency,

        -- numbers
        try_cast(deposits.total_amt as decimal(18, 2)) as amount_total,

        -- booleans
        -- Deleted after its last change, or gone when all rows were read.
        coalesce(
            (
                deletions.entity_id is not null
                and coalesce(
                    deletions.deleted_at
                    > {{ iso_to_utc(json_text("deposits.meta_data", "$.LastUpdatedTime")) }},
                    true
                )
            )
            or {{ is_deleted('quickbooks', 'deposits', 'deposits') }},
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("deposits.txn_date") }} as deposit_date,
        {{ iso_to_utc(json_text("deposits.meta_data", "$.CreateTime")) }} as created_at,
        {{ iso_to_utc(json_text("deposits.meta_data", "$.LastUpdatedTime")) }} as updated_at
    from deposits
    left join deletions
        on deposits.id = deletions.entity_id
)

select * from renamed
