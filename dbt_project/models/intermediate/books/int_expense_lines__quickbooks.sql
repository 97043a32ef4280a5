-- Grain: one row per line of the books by which money goes out: of purchases, bills and deposits.
with

purchases as (
    select * from {{ ref('stg_quickbooks__purchases') }}
),

purchase_lines as (
    select * from {{ ref('stg_quickbooks__purchase_lines') }}
),

bills as (
    select * from {{ ref('stg_quickbooks__bills') }}
),

bill_lines as (
    select * from {{ ref('stg_quickbooks__bill_lines') }}
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

-- Lines of words or sums name neither account nor thing.
purchased as (
    select
        'Purchase' as transaction_type,
        purchases.purchase_id as transaction_id,
        purchase_lines.line_number,
        purchase_lines.account_id,
        purchase_lines.account_full_name,
        purchase_lines.item_name,
        purchases.supplier_name,
        coalesce(purchase_lines.description, purchases.note) as description,
        purchases.payment_type,
        purchases.paid_from_account_name as payment_account,
        purchases.currency,
        case when purchases.is_credit then -purchase_lines.amount else purchase_lines.amount end
            as amount,
        purchases.purchase_date as expense_date
    from purchase_lines
    inner join purchases
        on purchase_lines.purchase_id = purchases.purchase_id
    where
        not purchases.is_deleted
        and coalesce(purchase_lines.account_id, purchase_lines.item_id) is not null
),

-- A bill counts when it comes; the payment that settles it is no expense of its own.
billed as (
    select
        'Bill' as transaction_type,
        bills.bill_id as transaction_id,
        bill_lines.line_number,
        bill_lines.account_id,
        bill_lines.account_full_name,
        bill_lines.item_name,
        bills.supplier_name,
        coalesce(bill_lines.description, bills.note) as description,
        'Bill' as payment_type,
        bills.payable_account_name as payment_account,
        bills.currency,
        bill_lines.amount,
        bills.bill_date as expense_date
    from bill_lines
    inner join bills
        on bill_lines.bill_id = bills.bill_id
    where
        not bills.is_deleted
        and coalesce(bill_lines.account_id, bill_lines.item_id) is not null
),

-- What a payment company keeps back is a negative line of the deposit that it sends.
kept_back as (
    select
        'Deposit' as transaction_type,
        deposits.deposit_id as transaction_id,
        deposit_lines.line_number,
        deposit_lines.account_id,
        deposit_lines.account_full_name,
        cast(null as varchar) as item_name,
        deposit_lines.party_name as supplier_name,
        coalesce(deposit_lines.description, deposits.note) as description,
        'Deposit' as payment_type,
        deposits.paid_into_account_name as payment_account,
        deposits.currency,
        -deposit_lines.amount as amount,
        deposits.deposit_date as expense_date
    from deposit_lines
    inner join deposits
        on deposit_lines.deposit_id = deposits.deposit_id
    inner join accounts
        on deposit_lines.account_id = accounts.account_id
    where
        not deposits.is_deleted
        and deposit_lines.linked_transaction_id is null
        and accounts.account_classification = 'Expense'
),

together as (
    select * from purchased
    union all by name
    select * from billed
    union all by name
    select * from kept_back
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
    together.account_id,
    coalesce(together.account_full_name, together.item_name) as expense_category,
    accounts.account_classification,
    together.supplier_name,
    together.description,
    together.payment_type,
    together.payment_account,
    together.currency,
    together.amount,
    together.expense_date
from together
left join accounts
    on together.account_id = accounts.account_id
