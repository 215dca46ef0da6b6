#!/usr/bin/env bash
# A customer's way through the demo shop, from the door to the order, and the staff's part in it.
# Start a shop with `oxcart serve --demo`, then run `docs/tour.sh http://127.0.0.1:8000`.
# Every answer is compared with what the API promises; the first that differs ends the tour with 1.
# Needs curl, and python3 or jq to read JSON.
set -euo pipefail

base=${1:-http://127.0.0.1:8000}
base=${base%/}
jar=$(mktemp)
trap 'rm -f "$jar"' EXIT

command -v curl >/dev/null || { echo "curl is missing" >&2; exit 1; }
if command -v jq >/dev/null; then
    # pick PATH: the value at PATH of the last answer, such as `results.0.id`; a text comes without quotes.
    pick() {
        jq -r --arg path "$1" \
            'getpath($path | split(".") | map(tonumber? // .)) | if type == "object" or type == "array" then tojson else . end' \
            <<<"$body"
    }
elif command -v python3 >/dev/null; then
    pick() {
        python3 -c '
import json, sys
value = json.loads(sys.argv[2])
for step in sys.argv[1].split("."):
    value = value[int(step)] if isinstance(value, list) else value.get(step)
text = isinstance(value, str)
print(value if text else json.dumps(value, separators=(",", ":"), ensure_ascii=False))' "$1" "$body"
    }
else
    echo "jq or python3 is missing: one of them reads the answers" >&2
    exit 1
fi

differs() {
    printf '\n%s\n' "DIFFERENT: $1" >&2
    printf 'the last answer was: %s %s\n' "$status" "$body" >&2
    exit 1
}

# expect STATUS METHOD PATH [BODY]: makes one request; the answer is in $status and $body.
# $token, when set, goes along as the bearer's; the cookie jar always does.
token=
expect() {
    local wanted=$1 method=$2 path=$3 json=${4:-} answer
    local arguments=(--silent --show-error --max-time 30 --request "$method" --cookie "$jar" --cookie-jar "$jar")
    [[ -z $token ]] || arguments+=(--header "Authorization: Bearer $token")
    [[ -z $json ]] || arguments+=(--header 'Content-Type: application/json' --data "$json")
    # What is typed is shown, but for passwords and tokens.
    printf '  %s %s%s' "$method" "$path" "$(sed -E 's/("(password|refresh)": ")[^"]*/\1…/g; s/^./ &/' <<<"$json")"
    status=000 body=
    answer=$(curl "${arguments[@]}" --write-out '\n%{http_code}' "$base$path") || differs "$base does not answer"
    status=${answer##*$'\n'}
    body=${answer%$'\n'*}
    printf ' → %s\n' "$status"
    [[ $status == "$wanted" ]] || differs "$method $path should answer $wanted"
}

# is PATH VALUE: the last answer holds VALUE at PATH.
is() {
    local found
    found=$(pick "$1") || differs "the answer is no JSON with a \"$1\""
    [[ $found == "$2" ]] || differs "\"$1\" should be $2, not $found"
    printf '      %s: %s\n' "$1" "$found"
}

step() { printf '\n%s\n' "$1"; }

step "1. A new customer registers"
customer="tour-$(date +%s)-$$@example.com"
password="a-long-walk-to-market"
expect 201 POST /user/register/ "{\"email\": \"$customer\", \"password\": \"$password\", \"first_name\": \"Ada\"}"
is email "$customer"
is password null

step "2. Nobody in particular looks for a product between 10 and 50 that can be had"
expect 200 GET '/products/?min_price=10&max_price=50&in_stock=true&ordering=-price&page_size=50'
is results.0.in_stock true
# The first plain one, without sizes or colours to choose from, of which there are two.
for ((at = 0; ; at++)); do
    stock=$(pick "results.$at.stock" 2>/dev/null) && [[ $stock =~ ^[0-9]+$ ]] || differs "there should be such a product"
    [[ $(pick "results.$at.has_variants") == true || $stock -lt 2 ]] || break
done
product=$(pick "results.$at.id")
name=$(pick "results.$at.name")
price=$(pick "results.$at.price")
cents=$((10#${price/./}))
total=$(printf '%d.%02d' $((cents * 2 / 100)) $((cents * 2 % 100)))
printf '      it will be: %s (id %s, %s, %s in stock)\n' "$name" "$product" "$price" "$stock"

step "3. Without an account, two of it go into a cart; a cookie remembers whose it is"
expect 201 POST /cart/add/ "{\"product_id\": $product, \"quantity\": 2}"
is quantity 2
is subtotal "$total"
expect 200 GET /cart/items/
is 0.product.name "$name"

step "4. Logging in brings the cart along"
expect 200 POST /api/token/ "{\"email\": \"$customer\", \"password\": \"$password\"}"
customer_token=$(pick access)
refresh=$(pick refresh)
token=$customer_token
expect 200 GET /cart/items/
is 0.product.id "$product"
is 0.quantity 2

step "5. The customer places the order; the cart is empty afterwards"
expect 201 POST /order/place_order/
is status "Order placed"
is order.status pending
is order.total "$total"
order=$(pick order.id)
expect 200 GET /cart/items/
[[ $body == "[]" ]] || differs "the cart should be empty"
expect 400 POST /order/place_order/
is error "Cart is empty"
expect 200 GET "/products/$product/"
is stock "$((stock - 2))"

step "6. Customers don't ship; staff does"
expect 403 POST "/order/$order/update_status/" '{"status": "shipped"}'
token=
expect 200 POST /api/token/ '{"email": "staff@example.com", "password": "open-the-shutters-2026"}'
token=$(pick access)
expect 200 POST "/order/$order/update_status/" '{"status": "shipped"}'
is status "Order status updated to shipped"
expect 400 POST "/order/$order/update_status/" '{"status": "pending"}'
is error "Invalid status"

step "7. The customer reads it"
token=$customer_token
expect 200 GET "/order/$order/"
is status shipped
is items.0.name "$name"

step "8. A refresh token works once"
token=
expect 200 POST /api/token/refresh/ "{\"refresh\": \"$refresh\"}"
expect 401 POST /api/token/refresh/ "{\"refresh\": \"$refresh\"}"
is detail "Token is blacklisted"

printf '\nEverything was as promised.\n'
