using System.Text;
using System.Text.Json;
using Orchestrator.Contracts.Payment;
using Orchestrator.Contracts.Rides;
using Orchestrator.Hosting.DeadLetters;
using Orchestrator.Journal.DeadLetters;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Unit.Hosting.DeadLetters;

public class A_dead_letter
{
    static readonly DeadLetterReader Reader = new([typeof(CapturePayment), typeof(RideRequested)]);

    static readonly Guid Message = Guid.CreateVersion7(), Saga = Guid.CreateVersion7();

    static readonly string Body = JsonSerializer.Serialize(new
    {
        messageId = Message,
        correlationId = Saga,
        messageType =
            new[] { "urn:message:Orchestrator.Contracts.Payment:CapturePayment", "urn:message:Orchestrator.Contracts:IStepMessage" },
        message = new { orderId = Saga },
    });

    [Test]
    public void That_failed_tells_the_exception_with_its_stack()
    {
        var letter = Read("payment-commands_error", Body,
            ("MT-Fault-ExceptionType", "System.InvalidOperationException"), ("MT-Fault-Message", "the shelf fell over"),
            ("MT-Fault-StackTrace", "at Shelf.Fall()"));
        (letter.SourceQueue, letter.MessageType, letter.MessageId, letter.SagaId)
            .ShouldBe(("payment-commands", "CapturePayment", (Guid?)Message, (Guid?)Saga));
        letter.Reason.ShouldBe("System.InvalidOperationException: the shelf fell over");
        letter.Stack.ShouldBe("at Shelf.Fall()");
        (letter.Body, letter.BodyIsBase64).ShouldBe((Body, false));
    }

    // Hosts of the version before have no exception type for this, and keep the headers in which the sender describes the way of its
    // message.
    [Test]
    public void That_a_host_of_the_version_before_set_aside_for_its_origin_is_never_sent_back() =>
        Read("payment-commands_error", Body,
            ("MT-Fault-ExceptionType", "Orchestrator.Contracts.RejectedMessageException"), ("origin-exchange", "payment-commands"),
            ("MT-Fault-Message",
                "the message came by the exchange Orchestrator.Contracts.Payment:PaymentAuthorized, and says that it is "
                + "urn:message:…:CompensateSaga"))
            .IsForeign.ShouldBeTrue();

    [Test]
    public void That_nobody_handles_says_so() =>
        Read("payment-commands_skipped", Body).Reason.ShouldBe("the queue's host has no handler for this type of message");

    [Test]
    public void That_the_broker_set_aside_tells_from_which_queue_and_why()
    {
        var letter = Dead("delivery_limit");
        letter.SourceQueue.ShouldBe("payment-commands");
        letter.Reason.ShouldContain("delivery_limit");
        Dead("maxlen").Reason.ShouldBe("the broker set it aside (maxlen)");

        // The headers say that it waited for another attempt and was a dead letter once. Its sender may have written them.
        static DeadLetter Dead(string reason) => Reader.Read(
            "payment-commands_dead",
            new BasicProperties
            {
                Headers = new Dictionary<string, object?>
                {
                    ["x-first-death-queue"] = "payment-commands_redelivery-1000ms",
                    ["x-first-death-reason"] = "expired",
                    ["MT-Fault-Message"] = "the shelf fell over",
                    ["x-death"] = new List<object?>
                    {
                        new Dictionary<string, object?> { ["queue"] = "inventory-commands", ["reason"] = reason },
                        new Dictionary<string, object?> { ["queue"] = "payment-commands_redelivery-1000ms", ["reason"] = "expired" },
                    },
                },
            },
            Encoding.UTF8.GetBytes(Body));
    }

    [Test]
    public void That_nobody_handles_says_so_although_it_claims_another_reason() =>
        Read("payment-commands_skipped", Body, ("MT-Fault-Message", "the shelf fell over")).Reason
            .ShouldBe("the queue's host has no handler for this type of message");

    [TestCase("")]
    [TestCase("not JSON")]
    [TestCase("[1]")]
    [TestCase("{\"messageType\":7,\"messageId\":7,\"correlationId\":\"x\"}")]
    public void That_makes_no_sense_is_kept_as_it_is(string body)
    {
        var letter = Read("payment-commands_error", body);
        (letter.MessageType, letter.MessageId, letter.SagaId, letter.Body).ShouldBe(((string?)null, (Guid?)null, (Guid?)null, body));
    }

    [TestCase("""{"message":{"orderId":"ID","lines":[{"quantity":1e""")]
    [TestCase("""{"message":{"OrderId":"ID","placedAt":"\ud800"},"correlationId":"0199aaaa-0000-7000-8000-00000000000f"}""")]
    [TestCase("""{"message":{"rideId":"ID"}}""")]
    [TestCase("""{"headers":{"orderId":"0199aaaa-0000-7000-8000-00000000000f"},"message":{"sagaId":"ID","note":"\u0000"}} and more""")]
    [TestCase("""{"orderId":"ID","epoch":1}""")]
    [TestCase("""{"correlationId":"ID","message":{"orderId":"00000000-0000-0000-0000-000000000000"}}""")]
    [TestCase("""{"correlationId":"ID","message":{"lines":[{"orderId":"0199aaaa-0000-7000-8000-00000000000f"}],"orderId":7}}""")]
    public void Keeps_the_saga_that_it_names_as_far_as_it_can_be_read(string body) =>
        Read("order-fulfilment_error", body.Replace("ID", Saga.ToString(), StringComparison.Ordinal)).SagaId.ShouldBe(Saga);

    [Test]
    public void Keeps_the_saga_that_it_names_although_it_is_no_text() =>
        Reader.Read(
            "order-fulfilment_error", new BasicProperties(),
            [.. Encoding.UTF8.GetBytes($$$"""{"message":{"orderId":"{{{Saga}}}","name":" """), 0xC3, 0x28, 0x00])
            .SagaId.ShouldBe(Saga);

    [Test]
    public void Keeps_the_saga_of_its_header_when_its_content_names_none() =>
        Reader.Read("order-fulfilment_error", new BasicProperties { CorrelationId = Saga.ToString() }, "no JSON"u8).SagaId.ShouldBe(Saga);

    // Names that the table, or the query of an operator, would always refuse.
    [TestCase(@"{""messageType"":[""urn:message:A:\u0000""]}", "\\0")]
    [TestCase(@"{""messageType"":[""urn:message:A:\ud800""]}", null)]
    [TestCase(@"{""messageType"":[7],""messageId"":""\ud800"",""correlationId"":""\udc00""}", null)]
    public void Whose_names_no_store_can_hold_is_kept(string body, string? type)
    {
        var letter = Read("payment-commands_skipped", body);
        (letter.MessageType, letter.MessageId, letter.SagaId, letter.Body).ShouldBe((type, (Guid?)null, (Guid?)null, body));
    }

    [Test]
    public void Whose_headers_no_JSON_can_hold_is_kept()
    {
        object? deep = 1L;
        for (var i = 0; i < 1_000; i++)
            deep = new List<object?> { deep };
        var headers = new Dictionary<string, object?>
        {
            ["a\0"] = double.NaN,
            ["b"] = float.NegativeInfinity,
            ["c"] = new AmqpTimestamp(long.MaxValue),
            ["d"] = new AmqpTimestamp(-1),
            ["e"] = new Dictionary<string, object?> { ["\0"] = null },
        };
        var letter = Reader.Read("x_error", new BasicProperties { Type = "\0", Headers = headers }, []);
        letter.Headers.ShouldBe(
            @"{""properties"":{""type"":""\\0""},""headers"":{""a\\0"":""NaN"",""b"":""-Infinity"",""c"":9223372036854775807,"
            + @"""d"":-1,""e"":{""\\0"":null}}}");
        headers["deep"] = deep;
        Reader.Read("x_error", new BasicProperties { Headers = headers }, []).Headers.ShouldContain("nested too deeply");
    }

    [Test]
    public void That_is_no_text_is_kept_in_base_64()
    {
        Convert.FromBase64String(Binary([0xC3, 0x28]).Body).ShouldBe([0xC3, 0x28]);
        Convert.FromBase64String(Binary([0x41, 0x00]).Body).ShouldBe([0x41, 0x00], "PostgreSQL's text can't hold it");

        static DeadLetter Binary(byte[] content)
        {
            var letter = Reader.Read("x_error", new BasicProperties(), content);
            letter.BodyIsBase64.ShouldBeTrue();
            return letter;
        }
    }

    [Test]
    public void Is_the_same_one_however_often_it_comes_and_another_when_it_failed_again()
    {
        var first = Read("payment-commands_error", Body, ("MT-Fault-Timestamp", "2026-11-23T12:00:00Z"));
        Read("payment-commands_error", Body, ("MT-Fault-Timestamp", "2026-11-23T12:00:00Z")).Id.ShouldBe(first.Id);
        Read("payment-commands_error", Body, ("MT-Fault-Timestamp", "2026-11-23T13:00:00Z")).Id.ShouldNotBe(first.Id);
    }

    [Test]
    public void Keeps_every_header_and_property()
    {
        var properties = new BasicProperties
        {
            MessageId = Message.ToString(),
            Timestamp = new AmqpTimestamp(1_700_000_000),
            Headers = new Dictionary<string, object?>
            {
                ["text"] = Encoding.UTF8.GetBytes("a\0b"),
                ["number"] = 7L,
                ["x-death"] =
                    new List<object?> { new Dictionary<string, object?> { ["queue"] = Encoding.UTF8.GetBytes("payment-commands") } },
            },
        };
        Reader.Read("payment-commands_error", properties, Encoding.UTF8.GetBytes(Body)).Headers.ShouldBe(
            $$$"""{"properties":{"messageId":"{{{Message}}}","timestamp":1700000000},"headers":"""
            + """{"text":"a\\0b","number":7,"x-death":[{"queue":"payment-commands"}]}}""");
    }

    static DeadLetter Read(string queue, string body, params (string Key, string Value)[] headers) => Reader.Read(
        queue,
        new BasicProperties
        {
            Headers = headers.ToDictionary(
            header => header.Key, header => (object?)Encoding.UTF8.GetBytes(header.Value))
        },
        Encoding.UTF8.GetBytes(body));
}
