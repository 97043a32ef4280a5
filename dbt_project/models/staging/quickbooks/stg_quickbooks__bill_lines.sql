-- Grain: one row per line of a supplier's bill.
with

bills as (
    select * from {{ source('quickbooks', 'bills') }}
),

lines as (
    select
        bills.id as bill_id,
        unnest({{ json_list("bills.line") }}) as line,
        generate_subscripts({{ json_list("bills.line") }}, 1) as line_number
    from bills
),

renamed as (
    select
        -- ids
        lines.bill_id,
        {{ json_text("lines.line", "$.AccountBasedExpenseLineDetail.AccountRef.value") }}
            as account_id,
        {{ json_text("lines.line", "$.ItemBasedExpenseLineDetail.ItemRef.value") }} as item_id,

        -- strings
        {{ json_text("lines.line", "$.DetailType") }} as detail_type,
        {{ json_text("lines.line", "$.AccountBasedExpenseLineDetail.AccountRef.name") }}
            as account_full_name,
        {{ json_text("lines.line", "$.ItemBasedExpenseLineDetail.ItemRef.name") }} as item_name,
        nullif(trim({{ json_text("lines.line", "$.Description") }}), '') as description,

        -- numbers
        lines.line_number,
        try_cast({{ json_text("lines.line", "$.Amount") }} as decimal(18, 2)) as amount
    from lines
)

select * from renamed
