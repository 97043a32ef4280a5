{% macro counts_by_place(place, places) -%}
    [
        {%- for number in range(places) %}
            cast(count(*) filter (where {{ place }} = {{ number }}) as float)
            {{- "," if not loop.last }}
        {%- endfor %}
    ]::float[{{ places }}]
{%- endmacro %}
