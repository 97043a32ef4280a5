-- Grain: one row per line of the books by which money is earned: of receipts, invoices, deposits.
with

sales_receipts as (
    select * from {{ ref('stg_quickbooks__sales_receipts') }}
),

sales_receipt_lines as (
    select * from {{ ref('stg_quickbooks__sales_receipt_lines') }}
),

invoices as (
    select * from {{ ref('stg_quickbooks__invoices') }}
),

invoice_lines as (
    select * from {{ ref('stg_quickbooks__invoice_lines') }}
),

deposits as (
    select * from {{ ref('stg_quickbooks__deposits') }}
),

deposit_lines as (
    select * from {{ ref('stg_quickbooks__deposit_lines') }}
),

accounts as (
    select * from {{ ref('int_accounts__quickbooks') }}
),

received as (
    select
        'SalesReceipt' as transaction_type,
        sales_receipts.sales_receipt_id as transaction_id,
        sales_receipt_lines.line_number,
        sales_receipt_lines.detail_type,
        sales_receipt_lines.item_name as revenue_category,
        sales_receipts.buyer_name,
        coalesce(sales_receipt_lines.description, sales_receipts.note) as description,
        sales_receipts.payment_method,
        sales_receipts.currency,
        sales_receipt_lines.amount,
        sales_receipts.sales_receipt_date as revenue_date
    from sales_receipt_lines
    inner join sales_receipts
        on sales_receipt_lines.sales_receipt_id = sales_receipts.sales_receipt_id
    where not sales_receipts.is_deleted
),

-- An invoice counts when it is written; the payment that settles it is no income of its own.
invoiced as (
    select
        'Invoice' as transaction_type,
        invoices.invoice_id as transaction_id,
        invoice_lines.line_number,
        invoice_lines.detail_type,
        invoice_lines.item_name as revenue_category,
        invoices.buyer_name,
        coalesce(invoice_lines.description, invoices.note) as description,
        cast(null as varchar) as payment_method,
        invoices.currency,
        invoice_lines.amount,
        invoices.invoice_date as revenue_date
    from invoice_lines
    inner join invoices
        on invoice_lines.invoice_id = invoices.invoice_id
    where not invoices.is_deleted
),

-- A deposit's line that brings a receipt or a payment to the bank was counted there.
brought as (
    select
        'Deposit' as transaction_type,
        deposits.deposit_id as transaction_id,
        deposit_lines.line_number,
        'DepositLineDetail' as detail_type,
        deposit_lines.account_full_name as revenue_category,
        deposit_lines.party_name as buyer_name,
        coalesce(deposit_lines.description, deposits.note) as description,
        deposit_lines.payment_method,
        deposits.currency,
        deposit_lines.amount,
        deposits.deposit_date as revenue_date
    from deposit_lines
    inner join deposits
        on deposit_lines.deposit_id = deposits.deposit_id
    inner join accounts
        on deposit_lines.account_id = accounts.account_id
    where
        not deposits.is_deleted
        and deposit_lines.linked_transaction_id is null
        and accounts.account_classification = 'Revenue'
),

together as (
    select * from received
    union all by name
    select * from invoiced
    union all by name
    select * from brought
)

select
    lower(together.transaction_type)
    || ':'
    || together.transaction_id
    || ':'
    || together.line_number as line_key,
    together.transaction_type,
    together.transaction_id,
    together.line_number,
    case
        when together.detail_type = 'DiscountLineDetail' then 'Discount'
        else together.revenue_category
    end as revenue_category,
    together.buyer_name,
    together.description,
    together.payment_method,
    together.currency,
    case
        when together.detail_type = 'DiscountLineDetail' then -together.amount
        else together.amount
    end as amount,
    together.revenue_date
from together
-- Sums of lines and lines of words are left out.
where
    together.detail_type in (
        'SalesItemLineDetail', 'GroupLineDetail', 'DiscountLineDetail', 'DepositLineDetail'
    )
