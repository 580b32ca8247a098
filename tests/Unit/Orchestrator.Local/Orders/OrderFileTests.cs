using System.Text;
using System.Text.Json;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Orders;

namespace Orchestrator.Tests.Unit.Local.Orders;

public class A_good_order_line
{
    [Test]
    public async Task Is_an_order_in_utc()
    {
        var order = await Order(Lines.Good.Replace("04T00:00:00Z", "04T01:30:00+02:00", StringComparison.Ordinal));
        order.OrderId.ShouldBe(Guid.Parse("0197c0de-0000-7000-8000-000000000001"));
        order.PlacedAt.ShouldBe(new DateTimeOffset(1996, 7, 3, 23, 30, 0, TimeSpan.Zero));
        order.PlacedAt.Offset.ShouldBe(TimeSpan.Zero);
        order.Lines.ShouldBe([new OrderLine("NW-11", 12, 14m)]);
        order.ShipTo.ShouldBe(new ShipTo("France", "51100"));
    }

    [TestCase("14.0", "14.00")]
    [TestCase("14.0", "1.4e1")]
    [TestCase("14.0", "140000E-4")]
    [TestCase("\"quantity\":12", "\"quantity\":12.0")]
    [TestCase("1996-07-04T00:00:00Z", "1996-07-04T02:00:00.000+02:00")]
    [TestCase("0197c0de", "0197C0DE")]
    [TestCase("VINET", "\\u0056INET")]
    [TestCase("\"shipTo\"", "\"note\":{\"any\":[null,\"\\ud800\"]},\"shipTo\"")]
    [TestCase("\"quantity\"", "\"currency\":\"USD\",\"quantity\"")]
    [TestCase("{", " { ")]
    public async Task Has_the_same_bytes_however_it_is_written(string plain, string other) =>
        Bytes(await Order(Lines.Good.Replace(plain, other, StringComparison.Ordinal))).ShouldBe(Bytes(await Order(Lines.Good)));

    [TestCase("0197c0de-0000-7000-8000-000000000001", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", TestName = "a UUID of version 1")]
    [TestCase("0197c0de-0000-7000-8000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff", TestName = "a UUID of no version")]
    [TestCase("14.0", "0.0000000000000000000000000001", TestName = "a price with 28 decimals")]
    [TestCase("14.0", "0", TestName = "a gift")]
    [TestCase("France", "Atlantis", TestName = "an unknown country")]
    [TestCase(",\"postalCode\":\"51100\"", "", TestName = "no postal code")]
    [TestCase("\"51100\"", "null", TestName = "a postal code of null")]
    public async Task May_hold(string plain, string other) => await Order(Lines.Good.Replace(plain, other, StringComparison.Ordinal));

    static async Task<OrderSubmitted> Order(string line)
    {
        var read = (await Lines.Orders(line)).ShouldHaveSingleItem();
        read.Rejection.ShouldBeNull();
        return read.Value.ShouldNotBeNull();
    }

    static string Bytes(OrderSubmitted order) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(order, WireJson.Options));
}

public class A_bad_order_line
{
    const string Id = "0197c0de-0000-7000-8000-000000000001", Time = "1996-07-04T00:00:00Z";
    const string Line = """{"sku":"NW-11","quantity":12,"unitPrice":14.0}""";

    [TestCase("\"quantity\":12", "\"quantity\":\"12\"", "lines[0].quantity is \"12\"; a number is wanted")]
    [TestCase("\"quantity\":12", "\"quantity\":1.5", "lines[0].quantity is 1.5; a whole number is wanted")]
    [TestCase("\"quantity\":12", "\"quantity\":3e9", "lines[0].quantity is 3e9; a whole number up to 2147483647 is wanted")]
    [TestCase("\"quantity\":12", "\"quantity\":0", "lines[0].quantity is 0; at least 1 is wanted")]
    [TestCase("\"quantity\":12", "\"quantity\":-3", "lines[0].quantity is -3; at least 1 is wanted")]
    [TestCase("\"quantity\":12,", "", "lines[0].quantity is missing")]
    [TestCase("\"sku\":\"NW-11\",", "", "lines[0].sku is missing")]
    [TestCase("14.0", "\"14\"", "lines[0].unitPrice is \"14\"; a number is wanted")]
    [TestCase("14.0", "-1", "lines[0].unitPrice is -1; a price can't be negative")]
    [TestCase("14.0", "null", "lines[0].unitPrice is missing")]
    [TestCase("14.0", "1e400", "lines[0].unitPrice is 1e400; a number of at most 28 digits is wanted")]
    [TestCase("14.0", "1e-400", "lines[0].unitPrice is 1e-400; a number of at most 28 digits is wanted")]
    [TestCase("14.0", "1e99999999999", "lines[0].unitPrice is 1e99999999999; a number of at most 28 digits is wanted")]
    [TestCase("14.0", "1e17", "lines cost more together than an amount can hold")]
    [TestCase("14.0", "\"\\u001b[2J\u202e\u0085\"", "lines[0].unitPrice is \"\\u001b[2J\\u202e\\u0085\"; a number is wanted")]
    [TestCase($"\"orderId\":\"{Id}\",", "", "orderId is missing")]
    [TestCase(Id, "", "orderId is \"\"; a UUID, such as 0197c0de-0000-7000-8000-000000000001, is wanted")]
    [TestCase(
        Id, "0x97c0de-0000-7000-8000-000000000001",
        "orderId is \"0x97c0de-0000-7000-8000-000000000001\"; a UUID, such as 0197c0de-0000-7000-8000-000000000001, is wanted")]
    [TestCase(Id, "00000000-0000-0000-0000-000000000000", "orderId is all zeros or missing")]
    [TestCase(Id, "\\ud800", "orderId holds half of a surrogate pair")]
    [TestCase("\"VINET\"", "\"\"", "customerId is empty")]
    [TestCase("\"VINET\"", "5", "customerId is 5; a text is wanted")]
    [TestCase("VINET", "\\u0000", "customerId holds a NUL character")]
    [TestCase("VINET", "x\\udc00", "customerId holds half of a surrogate pair")]
    [TestCase("\"10248\"", "null", "orderNumber is missing")]
    [TestCase("USD", "usd", "currency is not a code of three upper-case letters, such as USD")]
    [TestCase("\"currency\":\"USD\",", "", "currency is missing")]
    [TestCase(
        "\"quantity\"", "\"currency\":\"EUR\",\"quantity\"", "lines[0].currency is \"EUR\"; the order's own currency, USD, is wanted")]
    [TestCase("\"quantity\":12", "\"quantity\":12,\"quantity\":12", "ambiguous JSON: Duplicate property 'quantity'")]
    [TestCase("\"quantity\":12", "\"quantity\":12,\"\\u0071uantity\":13", "ambiguous JSON: Duplicate property 'quantity'")]
    [TestCase("\"shipTo\"", "\"\\ud800\":1,\"shipTo\"", "a field's name holds half of a surrogate pair")]
    [TestCase(Time, "yesterday", "placedAt is \"yesterday\"; a timestamp, such as 1996-07-04T00:00:00Z, is wanted")]
    [TestCase(Time, "1996-07-04", "placedAt is \"1996-07-04\"; a timestamp that ends with Z or an offset is wanted")]
    [TestCase(Time, "1996-07-04T00:00:00", "placedAt is \"1996-07-04T00:00:00\"; a timestamp that ends with Z or an offset is wanted")]
    [TestCase(
        Time, "9999-12-31T23:59:59-01:00",
        "placedAt is \"9999-12-31T23:59:59-01:00\"; a timestamp, such as 1996-07-04T00:00:00Z, is wanted")]
    [TestCase($"\"placedAt\":\"{Time}\",", "", "placedAt is missing")]
    [TestCase($"[{Line}]", "[]", "lines is empty; an order has at least one")]
    [TestCase($"[{Line}]", "null", "lines is missing")]
    [TestCase($"[{Line}]", "{}", "lines is {}; a list is wanted")]
    [TestCase(Line, "7", "lines[0] is 7; an object is wanted")]
    [TestCase(Line, "null", "lines[0] is missing")]
    [TestCase("\"France\"", "null", "shipTo.country is missing")]
    [TestCase("\"51100\"", "51100", "shipTo.postalCode is 51100; a text is wanted")]
    [TestCase("""{"country":"France","postalCode":"51100"}""", "\"France\"", "shipTo is \"France\"; an object is wanted")]
    [TestCase("\"USD\",", "\"USD\";", "not valid JSON at byte 144: ';' is invalid after a value. Expected either ',', '}', or ']'")]
    [TestCase("\"country\":", "\"country\":\0", "the line holds a NUL at byte 222")]
    public async Task Is_rejected_with_a_reason_that_names_the_field(string plain, string other, string reason)
    {
        var bad = Lines.Good.Replace(plain, other, StringComparison.Ordinal);
        bad.ShouldNotBe(Lines.Good);
        (await Lines.Orders($"{Lines.Good}\n{bad}\n{Lines.Good}")).Select(l => (l.Number, l.Rejection))
            .ShouldBe([(1, null), (2, reason), (3, null)]);
    }

    [TestCase("[]", "the line is []; an object is wanted")]
    [TestCase("null", "the line is null; an object is wanted")]
    [TestCase(
        "{\"a\":",
        "not valid JSON at byte 6: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that "
        + "should be closed")]
    [TestCase("nul", "not valid JSON at byte 4: 'nul' is an invalid JSON literal. Expected the literal 'null'")]
    [TestCase(Lines.Good + Lines.Good, "not valid JSON at byte 253: '{' is invalid after a single JSON value. Expected end of data")]
    public async Task Is_rejected_when_it_is_no_object(string line, string reason) =>
        (await Lines.Orders(line)).ShouldHaveSingleItem().Rejection.ShouldBe(reason);

    [Test]
    public async Task Is_rejected_when_it_nests_too_deeply() =>
        (await Lines.Orders(Lines.Good.Replace("\"VINET\"", new string('[', 5000), StringComparison.Ordinal)))
            .ShouldHaveSingleItem().Rejection.ShouldNotBeNull().ShouldContain("maximum configured depth of 32");

    [Test]
    public async Task Is_rejected_when_it_is_not_utf_8() =>
        (await Lines.Orders([.. Encoding.UTF8.GetBytes(Lines.Good), (byte)'\n', 0xC3, 0x28])).Select(l => l.Rejection)
        .ShouldBe([null, "the line is not valid UTF-8"]);

    [Test]
    public async Task Never_fills_the_screen_with_its_reason() =>
        (await Lines.Orders(Lines.Good.Replace("\"VINET\"", $"[\"{new string('x', 500_000)}\"]", StringComparison.Ordinal)))
            .ShouldHaveSingleItem().Rejection.ShouldNotBeNull().Length.ShouldBeLessThan(100);
}
