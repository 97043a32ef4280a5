-- Grain: one row per line of a invoice.
with

invoices as (
    select * from {{ source('quickbooks', 'invoices') }}
),

lines as (
    select
        invoices.id as invoice_id,
        unnest({{ json_list("invoices.line") }}) as line,
        generate_subscripts({{ json_list("invoices.line") }}, 1) as line_number
    from invoices
),

renamed as (
    select
        -- ids
        lines.invoice_id,
        {{ json_text("lines.line", "$.SalesItemLineDetail.ItemRef.value") }} as item_id,

        -- strings
        {{ json_text("lines.line", "$.DetailType") }} as detail_type,
        coalesce(
            {{ json_text("lines.line", "$.SalesItemLineDetail.ItemRef.name") }},
            {{ json_text("lines.line", "$.GroupLineDetail.GroupItemRef.name") }}
        ) as item_name,
        nullif(trim({{ json_text("lines.line", "$.Description") }}), '') as description,

        -- numbers
        lines.line_number,
        try_cast(
            {{ json_text("lines.line", "$.SalesItemLineDetail.Qty") }} as decimal(18, 5)
        ) as quantity,
        try_cast({{ json_text("lines.line", "$.Amount") }} as decimal(18, 2)) as amount
    from lines
)

select * from renamed
