using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Unit.Contracts;

public class When_an_exception_is_told_of
{
    static readonly PostgresException Duplicate = new(
        "duplicate key value violates unique constraint \"payment_pkey\"", "ERROR", "ERROR", PostgresErrorCodes.UniqueViolation,
        detail: "Key (customer)=(Persephone) already exists.");

    static IEnumerable<TestCaseData> Exceptions()
    {
        yield return Told(new RejectedMessageException("Persephone did it"), "RejectedMessageException");
        yield return Told(new FormatException("The input string 'Persephone' was not in a correct format."), "FormatException");
        yield return Told(
            new InvalidOperationException("a step failed", new KeyNotFoundException("The given key 'Persephone' was not present")),
            "KeyNotFoundException");
        yield return Told(Json("""{"name":nPersephone}"""), "JsonReaderException: no valid JSON from byte 9 of line 1 on");
        yield return Told(
            new RejectedMessageException("Persephone", Json("tPersephone")), "JsonReaderException: no valid JSON from byte 1 of line 1 on");
        yield return Told(Duplicate, "PostgresException: 23505: duplicate key value violates unique constraint \"payment_pkey\"");
        yield return Told(
            new PostgresException(
                "invalid input syntax for type uuid: \"Persephone\"", "ERROR", "ERROR", PostgresErrorCodes.InvalidTextRepresentation),
            "PostgresException: SQLSTATE 22P02");
        yield return Told(
            new NpgsqlException("Failed to connect to 127.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused)),
            "SocketException: Connection refused");
        yield return Told(new DeferredMessageException("a row is locked"), "DeferredMessageException: a row is locked");
        yield return Told(
            new RabbitMQ.Client.Exceptions.BrokerUnreachableException(new TimeoutException("no answer.")), "TimeoutException: no answer");
    }

    [TestCaseSource(nameof(Exceptions))]
    public void Its_words_are_repeated_only_where_they_quote_nothing(Exception exception, string failure)
    {
        Redacted.Failure(exception).ShouldBe(failure);
        Redacted.Reason(exception)
            .ShouldBe(failure[(failure.IndexOf(": ", StringComparison.Ordinal) is >= 0 and var colon ? colon + 2 : 0)..]);
    }

    [TestCase("urn:message:Orchestrator.Contracts.Orders:OrderSubmitted", "urn:message:Orchestrator.Contracts.Orders:OrderSubmitted")]
    [TestCase("OrderSubmitted", "OrderSubmitted")]
    [TestCase("Order of Persephone", "message without a type")]
    [TestCase("OrderSubmitted\nfail: all is lost", "message without a type")]
    [TestCase(null, "message without a type")]
    public void A_type_that_a_message_names_is_repeated_only_if_it_is_a_name(string? named, string type) =>
        Redacted.Type(named).ShouldBe(type);

    static TestCaseData Told(Exception exception, string failure) => new TestCaseData(exception, failure).SetArgDisplayNames(failure);

    static JsonException Json(string text) => Should.Throw<JsonException>(() => JsonDocument.Parse(text).Dispose());
}
