-- A sample ratio that chance gives once in ten thousand times is an assignment that went wrong.
select *
from {{ ref('experiment_sample_ratio') }}
where p_value < 0.0001
