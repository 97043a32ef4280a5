{% macro local_to_utc(local, known_after) -%}
    {%- set zone = "'" ~ var('business_zone') ~ "'" -%}
    {%- set later = "(" ~ local ~ " at time zone " ~ zone ~ ") at time zone 'UTC'" -%}
    {%- set earlier = later ~ " - interval 1 hour" -%}
    case
        when
            ((({{ earlier }}) at time zone 'UTC') at time zone {{ zone }}) = {{ local }}
            and {{ known_after }} < {{ later }}
            then {{ earlier }}
        else {{ later }}
    end
{%- endmacro %}
