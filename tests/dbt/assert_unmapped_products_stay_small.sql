-- Products that no category rule knows are shown by `basin status`; here they are too much money.
with

settings as (
    select
        0.02 as most_unmapped_share,
        -- A single unknown article in a small month is no reason to stop.
        300 as least_unmapped_gross
),

per_month as (
    select
        date_trunc('month', payments.payment_date) as month,
        sum(payment_lines.gross) as gross,
        coalesce(
            sum(payment_lines.gross) filter (where payment_lines.category = 'Unmapped'), 0
        ) as unmapped_gross
    from {{ ref('fct_payment_lines') }} as payment_lines
    inner join {{ ref('fct_payments') }} as payments
        on payment_lines.payment_id = payments.payment_id
    group by date_trunc('month', payments.payment_date)
)

select
    per_month.month,
    per_month.gross,
    per_month.unmapped_gross,
    'add a rule to seeds/category_rules.csv; basin status names the products' as what_to_do
from per_month
cross join settings
where
    per_month.unmapped_gross > settings.most_unmapped_share * per_month.gross
    and per_month.unmapped_gross > settings.least_unmapped_gross
