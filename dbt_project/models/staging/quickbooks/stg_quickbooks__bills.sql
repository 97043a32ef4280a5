-- Grain: one row per supplier's bill in the books, deleted ones included.
with

bills as (
    select * from {{ source('quickbooks', 'bills') }}
),

deletions as (
    select
        deletions.entity_id,
        deletions.deleted_at
    from {{ ref('stg_quickbooks__deletions') }} as deletions
    where deletions.entity = 'Bill'
),

renamed as (
    select
        -- ids
        bills.id as bill_id,
        {{ json_text("bills.vendor_ref", "$.value") }} as supplier_id,
        {{ json_text("bills.ap_account_ref", "$.value") }} as payable_account_id,

        -- strings
        {{ json_text("bills.vendor_ref", "$.name") }} as supplier_name,
        {{ json_text("bills.ap_account_ref", "$.name") }} as payable_account_name,
        nullif(trim(bills.doc_number), '') as document_number,
        nullif(trim(bills.private_note), '') as note,
        upper({{ json_text("bills.currency_ref", "$.value") }}) as currency,

        -- numbers
        try_cast(bills.total_amt as decimal(18, 2)) as amount_total,
        try_cast(bills.balance as decimal(18, 2)) as amount_open,

        -- booleans
        -- Deleted after its last change, or gone when all rows were read.
        coalesce(
            (
                deletions.entity_id is not null
                and coalesce(
                    deletions.deleted_at
                    > {{ iso_to_utc(json_text("bills.meta_data", "$.LastUpdatedTime")) }},
                    true
                )
            )
            or {{ is_deleted('quickbooks', 'bills', 'bills') }},
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("bills.txn_date") }} as bill_date,
        {{ iso_date("bills.due_date") }} as due_date,
        {{ iso_to_utc(json_text("bills.meta_data", "$.CreateTime")) }} as created_at,
        {{ iso_to_utc(json_text("bills.meta_data", "$.LastUpdatedTime")) }} as updated_at
    from bills
    left join deletions
        on bills.id = deletions.entity_id
)

select * from renamed
