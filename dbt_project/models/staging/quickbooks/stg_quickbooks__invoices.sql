-- Grain: one row per invoice in the books, deleted ones included.
with

invoices as (
    select * from {{ source('quickbooks', 'invoices') }}
),

deletions as (
    select
        deletions.entity_id,
        deletions.deleted_at
    from {{ ref('stg_quickbooks__deletions') }} as deletions
    where deletions.entity = 'Invoice'
),

renamed as (
    select
        -- ids
        invoices.id as invoice_id,
        {{ json_text("invoices.customer_ref", "$.value") }} as buyer_id,

        -- strings
        {{ json_text("invoices.customer_ref", "$.name") }} as buyer_name,
        nullif(trim(invoices.doc_number), '') as document_number,
        nullif(trim(invoices.private_note), '') as note,
        upper({{ json_text("invoices.currency_ref", "$.value") }}) as currency,

        -- numbers
        try_cast(invoices.total_amt as decimal(18, 2)) as amount_total,
        try_cast(
            {{ json_text("invoices.txn_tax_detail", "$.TotalTax") }} as decimal(18, 2)
        ) as amount_tax,
        try_cast(invoices.balance as decimal(18, 2)) as amount_open,

        -- booleans
        -- Deleted after its last change, or gone when all rows were read.
        coalesce(
            (
                deletions.entity_id is not null
                and coalesce(
                    deletions.deleted_at
                    > {{ iso_to_utc(json_text("invoices.meta_data", "$.LastUpdatedTime")) }},
                    true
                )
            )
            or {{ is_deleted('quickbooks', 'invoices', 'invoices') }},
            false
        ) as is_deleted,

        -- dates and times
        {{ iso_date("invoices.txn_date") }} as invoice_date,
        {{ iso_date("invoices.due_date") }} as due_date,
        {{ iso_to_utc(json_text("invoices.meta_data", "$.CreateTime")) }} as created_at,
        {{ iso_to_utc(json_text("invoices.meta_data", "$.LastUpdatedTime")) }} as updated_at
    from invoices
    left join deletions
        on invoices.id = deletions.entity_id
)

select * from renamed
