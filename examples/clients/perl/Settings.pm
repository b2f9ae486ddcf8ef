package Settings;

# What the programs in this folder are told by their environment. A program of yours has settings of its own.

use v5.36;
use utf8;
use open qw(:std :encoding(UTF-8));

use Encode qw(decode FB_CROAK);
use Epochta;
use Exporter qw(import);

our @EXPORT = qw(setting client TEXT);

use constant TEXT => 'Ваш код: 4711 & спасибо <3 +1 🙂';

# The environment holds bytes; everything in here is characters.
sub setting ($name, $default = undef) {
    my $value = $ENV{$name} // return $default;
    return eval { decode('UTF-8', $value, FB_CROAK) } // Epochta::InvalidInput->throw("$name is no UTF-8");
}

sub client {
    return Epochta->new(
        url => setting(EPOCHTA_URL => 'http://127.0.0.1:8620/members/sms/xml.php'),
        username => setting(EPOCHTA_USERNAME => 'demo'),
        password => setting(EPOCHTA_PASSWORD => 'demo'),
        timeout => setting(EPOCHTA_TIMEOUT => 10),
    );
}

1;
