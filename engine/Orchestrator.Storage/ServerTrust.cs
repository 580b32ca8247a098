using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Orchestrator.Storage;

/// <summary>The authorities that are trusted when they have signed the certificate of a server.</summary>
public sealed class ServerTrust
{
    readonly string _who;
    readonly X509Certificate2Collection? _authorities;

    ServerTrust(string who, X509Certificate2Collection? authorities) => (_who, _authorities) = (who, authorities);

    /// <summary>The authorities that this system trusts.</summary>
    public static ServerTrust OfSystem { get; } = new("this system", null);

    /// <summary>The authorities in a file, and no others.</summary>
    /// <param name="file">Their certificates, as PEM.</param>
    /// <exception cref="FormatException">There are none, or the file can't be read. The message is the rest of a sentence about the file's
    /// setting.</exception>
    public static ServerTrust In(string file)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(file);
            return authorities.Count > 0
                ? new ServerTrust(file, authorities) : throw new FormatException($"names {file}, in which there is no certificate (PEM)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"names {file}, which can't be read ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Checks the certificate of a server: the authority that signed it, its dates and its names.</summary>
    /// <returns>Always true. A certificate that is not trusted causes the exception.</returns>
    /// <exception cref="CertificateException">It is not trusted.</exception>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var server = (sender as SslStream)?.TargetHostName is { Length: > 0 } name ? name : "the server";
        return Problem(certificate, chain, errors) is not { } problem || Refuse(server, problem);
    }

    static bool Refuse(string server, string problem) => throw new CertificateException(server, problem);

    string? Problem(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return "the server shows none";
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        using var checks = new X509Chain();
        checks.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var link in chain?.ChainElements.Skip(1) ?? [])
            checks.ChainPolicy.ExtraStore.Add(link.Certificate);
        if (_authorities is not null)
        {
            checks.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            checks.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (!checks.Build(shown))
            return Problem(shown, checks);
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"it is for {Names(shown)}; connect by such a name, or have it issued for this one"
            : null;
    }

    string Problem(X509Certificate2 shown, X509Chain chain)
    {
        var problems = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (problems.HasFlag(X509ChainStatusFlags.NotTimeValid) && shown.NotAfter < chain.ChainPolicy.VerificationTime)
            return FormattableString.Invariant($"it expired on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}; have it renewed");
        if (problems.HasFlag(X509ChainStatusFlags.NotTimeValid) && shown.NotBefore > chain.ChainPolicy.VerificationTime)
            return FormattableString.Invariant(
                $"it is valid from {shown.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC only; look at this machine's clock");
        const X509ChainStatusFlags Untrusted =
            X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;
        return (problems & Untrusted) != X509ChainStatusFlags.NoError
            ? $"it was signed by {shown.GetNameInfo(X509NameType.SimpleName, forIssuer: true)}, which is not among the authorities of "
                + $"{_who}; name the file of that authority's certificate in Tls__Authorities"
            : string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.TrimEnd('.')));
    }

    static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(
                extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .ToList();
        return names.Count > 0 ? string.Join(", ", names) : "no name at all";
    }
}
