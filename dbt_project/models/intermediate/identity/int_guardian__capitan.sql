-- Grain: one row per child, adult and way in which Capitan shows that they belong together.
with

memberships as (
    select * from {{ ref('stg_capitan__memberships') }}
),

membership_members as (
    select * from {{ ref('stg_capitan__membership_members') }}
),

relations as (
    select * from {{ ref('stg_capitan__relations') }}
),

reservations as (
    select * from {{ ref('stg_capitan__reservations') }}
),

-- Who stands on a roster with a child is no owner by the order of the roster; the owner is named.
rosters as (
    select
        'capitan:customer:' || membership_members.capitan_customer_id as record_key,
        'capitan:customer:' || memberships.owner_capitan_customer_id as owner_key,
        membership_members.membership_instance_id
    from membership_members
    inner join memberships
        on membership_members.membership_instance_id = memberships.membership_instance_id
    where membership_members.capitan_customer_id is not null
)

select
    rosters.record_key as child_record_key,
    rosters.owner_key as guardian_record_key,
    'owner of the membership' as way,
    'medium' as confidence
from rosters
where rosters.owner_key is not null and rosters.owner_key <> rosters.record_key
-- union: a child may stand on several memberships of one owner.
union
select
    child.record_key as child_record_key,
    adult.record_key as guardian_record_key,
    'on one membership' as way,
    'low' as confidence
from rosters as child
inner join rosters as adult
    on
        child.membership_instance_id = adult.membership_instance_id
        and child.record_key <> adult.record_key
union
-- Entered from either side; which of the two is the child is judged by their ages.
select
    case relations.relation
        when 'CHI' then 'capitan:customer:' || relations.related_capitan_customer_id
        else 'capitan:customer:' || relations.capitan_customer_id
    end as child_record_key,
    case relations.relation
        when 'CHI' then 'capitan:customer:' || relations.capitan_customer_id
        else 'capitan:customer:' || relations.related_capitan_customer_id
    end as guardian_record_key,
    'stated in Capitan' as way,
    'high' as confidence
from relations
where relations.relation in ('CHI', 'PRE') and not relations.is_deleted
union
-- Somebody entered many a link the wrong way round.
select
    case relations.relation
        when 'CHI' then 'capitan:customer:' || relations.capitan_customer_id
        else 'capitan:customer:' || relations.related_capitan_customer_id
    end as child_record_key,
    case relations.relation
        when 'CHI' then 'capitan:customer:' || relations.related_capitan_customer_id
        else 'capitan:customer:' || relations.capitan_customer_id
    end as guardian_record_key,
    'stated in Capitan the other way round' as way,
    'high' as confidence
from relations
where relations.relation in ('CHI', 'PRE') and not relations.is_deleted
union
select
    'capitan:customer:' || reservations.capitan_customer_id as child_record_key,
    'capitan:customer:' || reservations.booker_capitan_customer_id as guardian_record_key,
    'booked for the child' as way,
    'medium' as confidence
from reservations
where
    reservations.booker_capitan_customer_id <> reservations.capitan_customer_id
    and not reservations.is_cancelled
    and not reservations.is_deleted
