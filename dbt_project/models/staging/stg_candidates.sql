select * from {{ source('lake', 'candidates') }}
