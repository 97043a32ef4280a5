-- Grain: one row per flag of today and destination that its rule names, with whether it is due.
with

customer_flags as (
    select * from {{ ref('customer_flags') }}
),

rules as (
    select * from {{ ref('rules') }}
),

customers as (
    select * from {{ ref('dim_customers') }}
),

guardian_contacts as (
    select * from {{ ref('guardian_contacts') }}
),

customer_permissions as (
    select * from {{ ref('customer_permissions') }}
),

deliveries as (
    select * from {{ ref('deliveries') }}
),

experiments as (
    select * from {{ ref('experiments') }}
),

experiment_arms as (
    select * from {{ ref('experiment_arms') }}
),

run as (
    select {{ as_of() }} as as_of_date
),

wanted as (
    select
        customer_flags.customer_id,
        customer_flags.flag_type,
        {{ base_flag_type("customer_flags.flag_type") }} as base_flag_type,
        unnest(string_split(rules.destinations, '|')) as destination,
        customer_flags.flag_date,
        rules.cool_down_days,
        rules.lifetime_days,
        rules.is_persistent,
        rules.same_as,
        -- A status only marks somebody for whoever looks; any other flag sets a message off.
        rules.category <> 'status' as is_message
    from customer_flags
    inner join rules
        on {{ base_flag_type("customer_flags.flag_type") }} = rules.flag_type
    where rules.destinations <> ''
),

guardians as (
    select guardian_contacts.*
    from guardian_contacts
    inner join customers
        on guardian_contacts.parent_customer_id = customers.customer_id
    where not customers.is_deleted
),

-- A child is never written to, nor is anybody whose age nobody knows.
addressed as (
    select
        wanted.*,
        customers.minor,
        case customers.minor
            when 'no' then wanted.customer_id
            when 'yes' then guardians.parent_customer_id
        end as addressee_customer_id,
        case customers.minor
            when 'no' then customers.primary_email
            when 'yes' then guardians.primary_email
        end as contact_email,
        case customers.minor
            when 'no' then customers.primary_phone
            when 'yes' then guardians.primary_phone
        end as contact_phone
    from wanted
    inner join customers
        on wanted.customer_id = customers.customer_id
    left join guardians
        on
            wanted.customer_id = guardians.child_customer_id
            and starts_with(wanted.flag_type, 'child_')
),

permitted as (
    select
        customer_permissions.customer_id,
        bool_or(customer_permissions.channel = 'email') as may_email,
        bool_or(customer_permissions.channel = 'sms') as may_text
    from customer_permissions
    where customer_permissions.is_allowed
    group by customer_permissions.customer_id
),

delivered as (
    select
        addressed.customer_id,
        addressed.flag_type,
        addressed.destination,
        max(deliveries.delivered_on) as delivered_on
    from addressed
    inner join deliveries
        on
            addressed.customer_id = deliveries.customer_id
            and addressed.flag_type = deliveries.flag_type
            and addressed.destination = deliveries.destination
    where deliveries.delivered_on >= addressed.flag_date
    group by addressed.customer_id, addressed.flag_type, addressed.destination
),

-- What was delivered about the person, as an adult or as a child, counts alike; and what the
-- addressee was told about somebody else.
earlier_deliveries as (
    select
        addressed.customer_id,
        addressed.flag_type,
        deliveries.delivered_on
    from addressed
    inner join deliveries
        on
            addressed.customer_id = deliveries.customer_id
            and addressed.base_flag_type = {{ base_flag_type("deliveries.flag_type") }}
    where
        deliveries.delivered_on < addressed.flag_date
        or deliveries.flag_type <> addressed.flag_type
    union all by name
    select
        addressed.customer_id,
        addressed.flag_type,
        deliveries.delivered_on
    from addressed
    inner join deliveries
        on
            addressed.addressee_customer_id = deliveries.addressee_customer_id
            and addressed.base_flag_type = {{ base_flag_type("deliveries.flag_type") }}
    where addressed.customer_id <> deliveries.customer_id
),

delivered_before as (
    select
        earlier_deliveries.customer_id,
        earlier_deliveries.flag_type,
        max(earlier_deliveries.delivered_on) as delivered_on
    from earlier_deliveries
    group by earlier_deliveries.customer_id, earlier_deliveries.flag_type
),

running_experiments as (
    select
        experiments.experiment_id,
        experiments.arm_flag_type,
        list(experiments.arm order by experiments.arm) as offering_arms
    from experiments
    cross join run
    where run.as_of_date between experiments.start_date and experiments.end_date
    group by experiments.experiment_id, experiments.arm_flag_type
),

-- A rule in two experiments at once would be here twice and the key test fails, which is right.
tried as (
    select
        addressed.*,
        running_experiments.experiment_id,
        running_experiments.offering_arms,
        experiment_arms.arm,
        experiment_arms.is_mixed,
        coalesce(permitted.may_email, false) as may_email,
        coalesce(permitted.may_text, false) as may_text
    from addressed
    left join running_experiments
        on addressed.base_flag_type = running_experiments.arm_flag_type
    left join experiment_arms
        on
            running_experiments.experiment_id = experiment_arms.experiment_id
            and addressed.customer_id = experiment_arms.customer_id
    left join permitted
        on addressed.addressee_customer_id = permitted.customer_id
),

judged as (
    select
        tried.*,
        delivered.delivered_on,
        case
            when delivered.delivered_on is not null then 'delivered'
            when tried.minor = 'unknown' then 'age unknown'
            when coalesce(tried.contact_email, tried.contact_phone) is null
                then 'nobody to write to'
            when tried.is_message and not tried.may_email and not tried.may_text
                then 'no consent'
            when tried.experiment_id is null and tried.same_as <> ''
                then 'only in an experiment'
            when tried.experiment_id is not null and coalesce(tried.is_mixed, true)
                then 'no clear arm'
            when not list_contains(tried.offering_arms, tried.arm) then 'other arm'
            when
                not tried.is_persistent
                and {{ days_between("tried.flag_date", "run.as_of_date") }} >= tried.lifetime_days
                then 'lifetime is over'
            when
                {{ days_between("delivered_before.delivered_on", "run.as_of_date") }}
                < tried.cool_down_days
                then 'cooling down'
            else 'due'
        end as delivery_state
    from tried
    left join delivered
        on
            tried.customer_id = delivered.customer_id
            and tried.flag_type = delivered.flag_type
            and tried.destination = delivered.destination
    left join delivered_before
        on
            tried.customer_id = delivered_before.customer_id
            and tried.flag_type = delivered_before.flag_type
    cross join run
),

-- With a cool-down nobody is told the same of two children on one day.
numbered as (
    select
        judged.*,
        row_number() over (
            partition by
                judged.destination,
                judged.addressee_customer_id,
                judged.base_flag_type,
                judged.delivery_state
            order by judged.flag_date, judged.customer_id, judged.flag_type
        ) as place
    from judged
)

select
    numbered.customer_id,
    numbered.flag_type,
    numbered.destination,
    numbered.flag_date,
    numbered.addressee_customer_id,
    numbered.contact_email,
    numbered.contact_phone,
    numbered.is_message,
    numbered.may_email,
    numbered.may_text,
    numbered.experiment_id,
    numbered.arm,
    numbered.delivered_on,
    case
        when
            numbered.delivery_state = 'due'
            and numbered.cool_down_days > 0
            and numbered.place > 1
            then 'cooling down'
        else numbered.delivery_state
    end as delivery_state
from numbered
