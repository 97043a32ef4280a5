{% macro local_to_utc(local, known_after) -%}
    {%- set zone = "'" ~ var('business_zone') ~ "'" -%}
    {%- set later = "make_timestamp(epoch_us(" ~ local ~ " at time zone " ~ zone ~ "))" -%}
    {%- set earlier = later ~ " - interval 1 hour" -%}
    case
        when
            {{ known_after }} < {{ later }}
            and make_timestamptz(epoch_us({{ earlier }})) at time zone {{ zone }} = {{ local }}
            then {{ earlier }}
        else {{ later }}
    end
{%- endmacro %}
