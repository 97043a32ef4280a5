-- Grain: one row per purchase in the books, deleted ones included.
with

purchases as (
    select * from {{ source('quickbooks', 'purchases') }}
),

deletions as (
    select
        deletions.entity_id,
        deletions.deleted_at
    from {{ ref('stg_quickbooks__deletions') }} as deletions
    where deletions.entity = 'Purchase'
),

renamed as (
    select
        -- ids
        purchases.id as purchase_id,
        {{ json_text("purchases.account_ref", "$.value") }} as paid_from_account_id,
        {{ json_text("purchases.entity_ref", "$.value") }} as supplier_id,

        -- strings
        {{ json_text("purchases.account_ref", "$.name") }} as paid_from_account_name,
        {{ json_text("purchases.entity_ref", "$.name") }} as supplier_name,
        purchases.payment_type,
        nullif(trim(purchases.doc_number), '') as document_number,
        nullif(trim(purchases.private_note), '') as note,
        upper({{ json_text("purchases.currency_ref", "$.value") }}) as currency,

        -- numbers
        try_cast(purchases.total_amt as decimal(18, 2)) as amount_total,

        -- booleans
        coalesce(purchases.credit, false) as is_credit,
        -- Deleted after its last change, or gone when all rows were read.
        coalesce(
            (
                deletions.entity_id is not null
                and coalesce(
                    deletions.deleted_at
                    > {{ iso_to_utc(json_text("purchases.meta_data", "$.LastUpdatedTime")) }},
                    true
                )
            )
            or {{ is_deleted('quickbooks', 'purchases', 'purchases') }},
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("purchases.txn_date") }} as purchase_date,
        {{ iso_to_utc(json_text("purchases.meta_data", "$.CreateTime")) }} as created_at,
        {{ iso_to_utc(json_text("purchases.meta_data", "$.LastUpdatedTime")) }} as updated_at
    from purchases
    left join deletions
        on purchases.id = deletions.entity_id
)

select * from renamed
