using System.Text;
using Orchestrator.Contracts.Payment;
using Orchestrator.Hosting.DeadLetters;
using RabbitMQ.Client;

namespace Orchestrator.Tests.Unit.Hosting.DeadLetters;

public class A_redriven_message
{
    static readonly DeadLetterReader Reader = new([typeof(CapturePayment)]);

    [Test]
    public void Is_what_it_was_without_what_its_failures_added()
    {
        var properties = new BasicProperties
        {
            MessageId = "0199aaaa-0000-7000-8000-000000000001",
            CorrelationId = "0199aaaa-0000-7000-8000-000000000002",
            ContentType = "application/vnd.masstransit+json",
            Timestamp = new AmqpTimestamp(1_700_000_000),
            Headers = new Dictionary<string, object?>
            {
                ["source"] = Bytes("payment"),
                ["schema-version"] = 2L,
                ["MT-Fault-Message"] = Bytes("the shelf fell over"),
                ["MT-Host-MachineName"] = Bytes("shop"),
                ["MT-Reason"] = Bytes("fault"),
                ["MT-Redelivery-Count"] = Bytes("3"),
                ["deferrals"] = Bytes("7"),
                ["x-death"] = new List<object?> { new Dictionary<string, object?> { ["queue"] = Bytes("payment-commands") } },
                ["x-first-death-queue"] = Bytes("payment-commands"),
            },
        };
        var letter = Reader.Read("payment-commands_error", properties, "{}"u8);
        var message = RedrivenMessage.Properties(letter);
        (message.MessageId, message.CorrelationId, message.ContentType, message.Timestamp, message.Persistent)
            .ShouldBe((properties.MessageId, properties.CorrelationId, properties.ContentType, properties.Timestamp, true));
        message.Headers.ShouldBe(
            new Dictionary<string,
            object?>
            {
                ["source"] = "payment",
                ["schema-version"] = 2L,
                ["redriven-from"] = letter.Id.ToString(),
                ["MT-Redelivery-Count"] = "1"
            }, ignoreOrder: true);
        RedrivenMessage.Body(letter).ToArray().ShouldBe("{}"u8.ToArray());
    }

    [Test]
    public void Has_the_bytes_that_were_no_text() =>
        RedrivenMessage.Body(Reader.Read("payment-commands_error", new BasicProperties(), [0xC3, 0x28])).ToArray().ShouldBe([0xC3, 0x28]);

    [Test]
    public void Is_a_dead_letter_of_its_own_when_nobody_handles_it_again()
    {
        var first = Reader.Read("payment-commands_skipped", new BasicProperties(), "{}"u8);
        var again = Reader.Read("payment-commands_skipped", RedrivenMessage.Properties(first), "{}"u8);
        again.Id.ShouldNotBe(first.Id);
        (first.RedrivenFrom, again.RedrivenFrom).ShouldBe(((Guid?)null, (Guid?)first.Id));
        Reader.Read("payment-commands_skipped", RedrivenMessage.Properties(first), "{}"u8).Id.ShouldBe(again.Id, "sent back twice");
    }

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
