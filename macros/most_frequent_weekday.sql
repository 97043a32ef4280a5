{% macro most_frequent_weekday(day) -%}
    {%- set names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] -%}
    {%- set counts = [] -%}
    {%- for name in names -%}
        {%- do counts.append("count(*) filter (where isodow(" ~ day ~ ") = " ~ loop.index ~ ")") -%}
    {%- endfor -%}
    case greatest({{ counts | join(", ") }})
        {%- for name in names %}
            when {{ counts[loop.index0] }} then '{{ name }}'
        {%- endfor %}
    end
{%- endmacro %}
