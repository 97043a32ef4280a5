-- Grain: one row per sales receipt in the books, deleted ones included.
with

sales_receipts as (
    select * from {{ source('quickbooks', 'sales_receipts') }}
),

deletions as (
    select
        deletions.entity_id,
        deletions.deleted_at
    from {{ ref('stg_quickbooks__deletions') }} as deletions
    where deletions.entity = 'SalesReceipt'
),

renamed as (
    select
        -- ids
        sales_receipts.id as sales_receipt_id,
        {{ json_text("sales_receipts.customer_ref", "$.value") }} as buyer_id,
        {{ json_text("sales_receipts.deposit_to_account_ref", "$.value") }} as paid_into_account_id,

        -- strings
        {{ json_text("sales_receipts.customer_ref", "$.name") }} as buyer_name,
        {{ json_text("sales_receipts.payment_method_ref", "$.name") }} as payment_method,
        nullif(trim(sales_receipts.doc_number), '') as document_number,
        nullif(trim(sales_receipts.private_note), '') as note,
        upper({{ json_text("sales_receipts.currency_ref", "$.value") }}) as currency,

        -- numbers
        try_cast(sales_receipts.total_amt as decimal(18, 2)) as amount_total,
        try_cast(
            {{ json_text("sales_receipts.txn_tax_detail", "$.TotalTax") }} as decimal(18, 2)
        ) as amount_tax,

        -- booleans
        -- Deleted after its last change, or gone when all rows were read.
        coalesce(
            (
                deletions.entity_id is not null
                and coalesce(
                    deletions.deleted_at
                    > {{ iso_to_utc(json_text("sales_receipts.meta_data", "$.LastUpdatedTime")) }},
                    true
                )
            )
            or {{ is_deleted('quickbooks', 'sales_receipts', 'sales_receipts') }},
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("sales_receipts.txn_date") }} as sales_receipt_date,
        {{ iso_to_utc(json_text("sales_receipts.meta_data", "$.CreateTime")) }} as created_at,
        {{ iso_to_utc(json_text("sales_receipts.meta_data", "$.LastUpdatedTime")) }} as updated_at
    from sales_receipts
    left join deletions
        on sales_receipts.id = deletions.entity_id
)

select * from renamed
